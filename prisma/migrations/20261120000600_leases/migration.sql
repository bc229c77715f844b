-- Leadership: who holds a name, in which epoch. Telemetry and the server both hold leases, the server as sentia_app, which
-- has no grant on the table: these functions are all that touches it. The database's clock alone decides what has expired.

GRANT INSERT, UPDATE ON telemetry.lease TO sentia_definer;

-- The epoch when the name is free, expired, or held by the asker's own earlier start, which is shut out by it; else null.
CREATE FUNCTION telemetry.acquire_lease(asked_name text, asked_holder text, ttl_ms int) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    INSERT INTO telemetry.lease AS held (name, holder, epoch, expires_at)
    VALUES (asked_name, asked_holder, 1, clock_timestamp() + ttl_ms * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE
      SET holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
      WHERE held.holder = excluded.holder OR held.expires_at <= clock_timestamp()
    RETURNING epoch
  $$;

-- False when another epoch has begun. A lease that ran out while nobody wanted it goes on.
CREATE FUNCTION telemetry.renew_lease(asked_name text, asked_epoch bigint, ttl_ms int) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    WITH renewed AS (
      UPDATE telemetry.lease SET expires_at = clock_timestamp() + ttl_ms * interval '1 millisecond'
      WHERE name = asked_name AND epoch = asked_epoch RETURNING epoch
    )
    SELECT EXISTS (SELECT FROM renewed)
  $$;

-- The row stays: epochs never begin again.
CREATE FUNCTION telemetry.release_lease(asked_name text, asked_epoch bigint) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    UPDATE telemetry.lease SET expires_at = '-infinity', position = NULL WHERE name = asked_name AND epoch = asked_epoch
  $$;

-- Whether this epoch still stands. Then it stands until the asking transaction ends: a takeover waits for the row.
CREATE FUNCTION telemetry.lease_stands(asked_name text, asked_epoch bigint) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    WITH held AS MATERIALIZED (
      SELECT epoch FROM telemetry.lease WHERE name = asked_name AND epoch = asked_epoch FOR SHARE
    )
    SELECT EXISTS (SELECT FROM held)
  $$;

GRANT CREATE ON SCHEMA telemetry TO sentia_definer;
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'telemetry'::regnamespace
    AND p.proname IN ('acquire_lease', 'renew_lease', 'release_lease', 'lease_stands')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sentia_app, sentia_writer', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO sentia_definer', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA telemetry FROM sentia_definer;
