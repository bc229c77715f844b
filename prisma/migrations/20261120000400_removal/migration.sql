-- An organisation can be removed whole, in steps that are each short. Everything here runs as its caller, sentia_writer.

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['organisation', 'site', 'area', 'line', 'machine', 'signal', 'production_order', 'change'] LOOP
    EXECUTE format('GRANT DELETE ON public.%I TO sentia_writer', t);
  END LOOP;
END $$;

-- The chunks of the hypertables, native or TimescaleDB's: both are children by inheritance.
CREATE VIEW telemetry.chunk_table AS
  SELECT inhparent::regclass::text AS hypertable, inhrelid::regclass::text AS chunk
  FROM pg_catalog.pg_inherits
  WHERE inhparent IN ('telemetry.reading'::regclass, 'telemetry.event'::regclass);
ALTER VIEW telemetry.chunk_table OWNER TO sentia_writer;

-- Empties a chunk that holds readings of these signals only, which frees its space at once. False: it holds others too.
-- Its distinct signals are found by leaps over the primary key; the planner settings keep it there (see 20261120000200).
CREATE FUNCTION telemetry.clear_chunk(chunk regclass, signals int[]) RETURNS boolean LANGUAGE plpgsql
  SET search_path = pg_catalog
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
AS $$
DECLARE found_signal int := -1;
BEGIN
  -- Nobody may write between the look and the emptying.
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', chunk);
  LOOP
    EXECUTE format('SELECT signal_id FROM %s WHERE signal_id > $1 ORDER BY signal_id LIMIT 1', chunk)
      INTO found_signal USING found_signal;
    EXIT WHEN found_signal IS NULL;
    IF found_signal <> ALL (signals) THEN
      RETURN false;
    END IF;
  END LOOP;
  EXECUTE format('TRUNCATE TABLE %s', chunk);
  RETURN true;
END $$;

-- Deletes at most most_rows readings of signals[from_index], signals[from_index + 1] … from one chunk, and looks at no
-- more than 500 signals. next_index is where to go on, one beyond the last when all is done.
CREATE FUNCTION telemetry.delete_slice(
  chunk regclass, signals int[], from_index int, most_rows int, OUT next_index int, OUT deleted int
) LANGUAGE plpgsql
  SET search_path = pg_catalog
  SET enable_seqscan = off
AS $$
DECLARE n int;
BEGIN
  next_index := from_index;
  deleted := 0;
  WHILE next_index <= cardinality(signals) AND next_index < from_index + 500 LOOP
    EXECUTE format('DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE signal_id = $1 LIMIT $2))', chunk)
      USING signals[next_index], most_rows - deleted;
    GET DIAGNOSTICS n = ROW_COUNT;
    deleted := deleted + n;
    EXIT WHEN deleted >= most_rows;
    next_index := next_index + 1;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION telemetry.clear_chunk(regclass, int[]), telemetry.delete_slice(regclass, int[], int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telemetry.clear_chunk(regclass, int[]), telemetry.delete_slice(regclass, int[], int, int) TO sentia_writer;
