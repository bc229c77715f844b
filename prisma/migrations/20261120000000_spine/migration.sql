-- Schema public: the equipment hierarchy after ISA-95, its row-level policies, and the roles that every transaction takes.

CREATE EXTENSION IF NOT EXISTS vector;

-- Roles belong to the whole cluster: another database's migration may be making them at this moment.
DO $$
DECLARE
  wanted text;
  -- Since PostgreSQL 16 whoever creates a role may administer it, but not yet act as it.
  right_to_act text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['sentia_app', 'sentia_reader', 'sentia_writer', 'sentia_definer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT (pg_has_role(current_user, wanted, right_to_act) AND pg_has_role(current_user, wanted, 'USAGE')) THEN
      EXECUTE format('GRANT %I TO current_user', wanted);
    END IF;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO sentia_app, sentia_reader, sentia_writer, sentia_definer;

-- The organisations of the present asker: a list of ids in app.org, '' or unset meaning none (TRAPS T44).
CREATE FUNCTION public.asking_organisations() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog
  AS $$ SELECT string_to_array(nullif(current_setting('app.org', true), ''), ',')::int[] $$;

CREATE TABLE public.organisation (
  organisation_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  simulated boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.site (
  site_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  time_zone text NOT NULL DEFAULT 'UTC',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX site_organisation ON public.site (organisation_id);

CREATE TABLE public.area (
  area_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  site_id int NOT NULL REFERENCES public.site ON DELETE CASCADE,
  slug text NOT NULL,
  UNIQUE (site_id, slug)
);

CREATE TABLE public.line (
  line_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  area_id int NOT NULL REFERENCES public.area ON DELETE CASCADE,
  slug text NOT NULL,
  UNIQUE (area_id, slug)
);

CREATE TABLE public.machine (
  machine_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  line_id int NOT NULL REFERENCES public.line ON DELETE CASCADE,
  slug text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (line_id, slug)
);

-- kind is what the first reading was; a signal keeps it, its readings may still differ (numbers and texts are stored apart).
CREATE TABLE public.signal (
  signal_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  machine_id int NOT NULL REFERENCES public.machine ON DELETE CASCADE,
  slug text NOT NULL,
  unit text,
  kind text NOT NULL CHECK (kind IN ('number', 'boolean', 'text')),
  -- Declared by people; null means three times the median interval, at least 3 s.
  stale_after_ms int CHECK (stale_after_ms > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (machine_id, slug)
);

CREATE TABLE public.production_order (
  production_order_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  line_id int NOT NULL REFERENCES public.line ON DELETE CASCADE,
  slug text NOT NULL,
  product text NOT NULL,
  quantity double precision NOT NULL CHECK (quantity > 0),
  planned_from timestamptz NOT NULL,
  planned_to timestamptz NOT NULL CHECK (planned_to > planned_from),
  ideal_cycle_s double precision NOT NULL CHECK (ideal_cycle_s > 0),
  received_at timestamptz NOT NULL,
  UNIQUE (line_id, slug)
);
CREATE INDEX production_order_planned ON public.production_order (line_id, planned_from);

-- Facts outside telemetry that pages show, each with a position from telemetry.head taken last in the fact's own transaction.
CREATE TABLE public.change (
  position bigint PRIMARY KEY,
  organisation_id int NOT NULL REFERENCES public.organisation ON DELETE CASCADE,
  site_id int REFERENCES public.site ON DELETE CASCADE,
  -- equipment: something of the site's hierarchy was created or changed; order: a production order was.
  kind text NOT NULL CHECK (kind IN ('equipment', 'order')),
  payload jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['organisation', 'site', 'area', 'line', 'machine', 'signal', 'production_order', 'change'] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON public.%I TO sentia_app, sentia_definer
      USING (organisation_id = ANY (public.asking_organisations()))
      WITH CHECK (organisation_id = ANY (public.asking_organisations()))', t || '_organisation', t);
    EXECUTE format('CREATE POLICY %I ON public.%I FOR SELECT TO sentia_reader USING (true)', t || '_reader', t);
    EXECUTE format('CREATE POLICY %I ON public.%I TO sentia_writer USING (true) WITH CHECK (true)', t || '_writer', t);
    EXECUTE format('GRANT SELECT ON public.%I TO sentia_app, sentia_reader, sentia_definer', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON public.%I TO sentia_writer', t);
  END LOOP;
END $$;
GRANT INSERT ON public.change TO sentia_app;
