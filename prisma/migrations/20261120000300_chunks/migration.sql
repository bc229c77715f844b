-- Making and dropping chunks takes names that are computed, which a prepared statement cannot hold: these functions do it.
-- They run as their caller, sentia_writer, who owns the hypertables.

-- A native partition [range_from, range_to), named like reading_20261120. Rows that strayed into the default partition
-- move into it. One creator at a time: the lock is held until the transaction ends.
CREATE FUNCTION telemetry.create_partition(tier text, range_from timestamptz, range_to timestamptz) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, telemetry
  AS $$
DECLARE
  chunk_name text := tier || '_' || to_char(range_from AT TIME ZONE 'UTC', 'YYYYMMDD');
BEGIN
  LOCK TABLE telemetry.chunk IN SHARE ROW EXCLUSIVE MODE;
  IF to_regclass(format('telemetry.%I', chunk_name)) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE telemetry.%I (LIKE telemetry.%I INCLUDING ALL)', chunk_name, tier);
  EXECUTE format(
    'WITH strayed AS (DELETE FROM telemetry.%I WHERE at >= $1 AND at < $2 RETURNING *)
     INSERT INTO telemetry.%I SELECT * FROM strayed', tier || '_stray', chunk_name)
    USING range_from, range_to;
  EXECUTE format('ALTER TABLE telemetry.%I ATTACH PARTITION telemetry.%I FOR VALUES FROM (%L) TO (%L)',
    tier, chunk_name, range_from, range_to);
END $$;

CREATE FUNCTION telemetry.drop_partition(tier text, range_from timestamptz) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, telemetry
  AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS telemetry.%I',
    tier || '_' || to_char(range_from AT TIME ZONE 'UTC', 'YYYYMMDD'));
END $$;

-- TimescaleDB makes its chunks itself; the extension may be absent, so its function is named at run time.
CREATE FUNCTION telemetry.drop_timescale_chunks(tier text, range_from timestamptz, range_to timestamptz) RETURNS void
  LANGUAGE plpgsql
  AS $$
BEGIN
  EXECUTE 'SELECT drop_chunks($1::regclass, older_than => $2, newer_than => $3)'
    USING format('telemetry.%I', tier), range_to, range_from;
END $$;

-- Rows for which no chunk stood; 0 where there are no default partitions.
CREATE FUNCTION telemetry.stray_count() RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, telemetry
  AS $$
DECLARE
  strays bigint := 0;
  found_rows bigint;
  stray_table regclass;
BEGIN
  FOREACH stray_table IN ARRAY ARRAY[to_regclass('telemetry.reading_stray'), to_regclass('telemetry.event_stray')] LOOP
    IF stray_table IS NOT NULL THEN
      EXECUTE format('SELECT count(*) FROM %s', stray_table) INTO found_rows;
      strays := strays + found_rows;
    END IF;
  END LOOP;
  RETURN strays;
END $$;

DO $$
DECLARE signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY['create_partition(text, timestamptz, timestamptz)', 'drop_partition(text, timestamptz)',
    'drop_timescale_chunks(text, timestamptz, timestamptz)', 'stray_count()'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION telemetry.%s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION telemetry.%s TO sentia_writer', signature);
  END LOOP;
END $$;
