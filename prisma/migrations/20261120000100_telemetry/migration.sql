-- Schema telemetry: hypertables, the ledger and what could not be stored. Hand-written, invisible to Prisma's drift
-- detection. Hypertables are TimescaleDB's where the extension is installed in this database, else native partitions.

CREATE SCHEMA telemetry;
-- CREATE: sentia_writer makes chunks; PostgreSQL asks it of sentia_definer too when a function is given to it.
GRANT USAGE, CREATE ON SCHEMA telemetry TO sentia_writer, sentia_definer;
GRANT USAGE ON SCHEMA telemetry TO sentia_app, sentia_reader;

DO $$
DECLARE
  timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
  suffix text := CASE WHEN timescale THEN '' ELSE 'PARTITION BY RANGE (at)' END;
  hypertable text;
BEGIN
  -- quality: 0 good, 1 uncertain, 2 bad
  EXECUTE 'CREATE TABLE telemetry.reading (
    signal_id int NOT NULL,
    at timestamptz NOT NULL,
    value double precision,
    quality smallint NOT NULL DEFAULT 0 CHECK (quality BETWEEN 0 AND 2),
    PRIMARY KEY (signal_id, at),
    CHECK (value IS NOT NULL OR quality <> 0)
  ) ' || suffix;
  EXECUTE 'CREATE TABLE telemetry.event (
    signal_id int NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL,
    quality smallint NOT NULL DEFAULT 0 CHECK (quality BETWEEN 0 AND 2),
    PRIMARY KEY (signal_id, at)
  ) ' || suffix;
  FOREACH hypertable IN ARRAY ARRAY['reading', 'event'] LOOP
    IF timescale THEN
      PERFORM create_hypertable(format('telemetry.%I', hypertable)::regclass, 'at',
        chunk_time_interval => interval '1 day', create_default_indexes => false);
    ELSE
      -- Strays: rows for which no chunk stood. Chunks are made before an insert, so this stays empty; it is watched.
      EXECUTE format('CREATE TABLE telemetry.%I PARTITION OF telemetry.%I DEFAULT', hypertable || '_stray', hypertable);
      EXECUTE format('ALTER TABLE telemetry.%I OWNER TO sentia_writer', hypertable || '_stray');
    END IF;
    EXECUTE format('ALTER TABLE telemetry.%I OWNER TO sentia_writer', hypertable);
    EXECUTE format('GRANT SELECT ON telemetry.%I TO sentia_reader, sentia_definer', hypertable);
  END LOOP;
END $$;

-- One row: the last position given out. Locking it is the last thing a transaction does, so positions are in commit order.
CREATE TABLE telemetry.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL
);
INSERT INTO telemetry.head (position) VALUES (0);

CREATE TABLE telemetry.ingest_batch (
  position bigint PRIMARY KEY,
  batch_id uuid NOT NULL UNIQUE,
  writer text NOT NULL,
  lane text NOT NULL CHECK (lane IN ('live', 'late')),
  committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  messages int NOT NULL,
  received int NOT NULL,
  stored int NOT NULL,
  duplicate int NOT NULL,
  conflict int NOT NULL,
  dead_lettered int NOT NULL,
  -- The stored readings, contracts/packed-readings.ts under raw deflate; null once dropped.
  packed bytea,
  CHECK (received = stored + duplicate + conflict + dead_lettered)
);
CREATE INDEX ingest_batch_committed ON telemetry.ingest_batch (committed_at);

-- Ledger rows that were folded: their sums stay for good.
CREATE TABLE telemetry.ledger_hour (
  hour timestamptz NOT NULL,
  writer text NOT NULL,
  lane text NOT NULL,
  batches bigint NOT NULL,
  messages bigint NOT NULL,
  received bigint NOT NULL,
  stored bigint NOT NULL,
  duplicate bigint NOT NULL,
  conflict bigint NOT NULL,
  dead_lettered bigint NOT NULL,
  PRIMARY KEY (hour, writer, lane)
);

-- The ledger as a whole: what the tables must equal.
CREATE VIEW telemetry.ledger_total AS
  SELECT sum(messages)::bigint AS messages, sum(received)::bigint AS received, sum(stored)::bigint AS stored,
         sum(duplicate)::bigint AS duplicate, sum(conflict)::bigint AS conflict, sum(dead_lettered)::bigint AS dead_lettered
  FROM (
    SELECT messages, received, stored, duplicate, conflict, dead_lettered FROM telemetry.ingest_batch
    UNION ALL
    SELECT messages, received, stored, duplicate, conflict, dead_lettered FROM telemetry.ledger_hour
  ) AS parts;

-- What Sentia knows of each chunk of each tier; last_write to the hour, so retention can spare old data newly imported.
CREATE TABLE telemetry.chunk (
  tier text NOT NULL CHECK (tier IN ('reading', 'event', 'reading_1m', 'reading_1h', 'reading_1d')),
  range_from timestamptz NOT NULL,
  range_to timestamptz NOT NULL,
  last_write timestamptz NOT NULL,
  rolled_up boolean NOT NULL DEFAULT false,
  closed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tier, range_from)
);

-- Minutes that a late reading touched below the rollups' watermark: to be recomputed.
CREATE TABLE telemetry.dirty (
  signal_id int NOT NULL,
  minute timestamptz NOT NULL,
  PRIMARY KEY (signal_id, minute)
);

CREATE TABLE telemetry.dead_letter (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id int,
  feed text NOT NULL,
  writer text NOT NULL,
  topic text NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  received_at timestamptz NOT NULL,
  size int NOT NULL,
  -- The first 64 KB.
  payload bytea NOT NULL
);
CREATE INDEX dead_letter_organisation ON telemetry.dead_letter (organisation_id, dead_letter_id);

-- Leadership and consumers: every write of a holder checks its epoch; position is how far a consumer has read.
CREATE TABLE telemetry.lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  position bigint
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['head', 'ingest_batch', 'ledger_hour', 'chunk', 'dirty', 'dead_letter', 'lease'] LOOP
    EXECUTE format('ALTER TABLE telemetry.%I OWNER TO sentia_writer', t);
    EXECUTE format('GRANT SELECT ON telemetry.%I TO sentia_reader, sentia_definer', t);
  END LOOP;
  ALTER VIEW telemetry.ledger_total OWNER TO sentia_writer;
  GRANT SELECT ON telemetry.ledger_total TO sentia_reader, sentia_definer;
END $$;
GRANT UPDATE ON telemetry.head TO sentia_definer;

-- The next position, the head row locked until the transaction ends: for facts that people's requests append to public.change.
CREATE FUNCTION telemetry.next_position() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, telemetry
  AS $$ UPDATE telemetry.head SET position = position + 1 RETURNING position $$;
REVOKE ALL ON FUNCTION telemetry.next_position() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telemetry.next_position() TO sentia_app, sentia_writer;
ALTER FUNCTION telemetry.next_position() OWNER TO sentia_definer;
