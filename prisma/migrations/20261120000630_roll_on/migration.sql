-- As before, but signals without readings in an hour are passed over within one statement, and hours without any count too.

-- Rolls the hours up to head.rolled_to for every signal, for about budget_ms, and notes how far it came.
CREATE OR REPLACE FUNCTION telemetry.roll_on(budget_ms int, most int, rolled_at timestamptz,
  OUT rolled int, OUT lacking timestamptz, OUT ended boolean
) LANGUAGE plpgsql
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
  SET jit = off
AS $$
DECLARE
  began CONSTANT timestamptz := clock_timestamp();
  aim CONSTANT timestamptz := (SELECT telemetry.at_us(h.rolled_to) FROM telemetry.head h);
  progress telemetry.rollup;
  next_from timestamptz;
  asked int;
  in_time boolean := true;
BEGIN
  rolled := 0;
  SELECT * INTO progress FROM telemetry.rollup FOR UPDATE;
  WHILE in_time AND progress.done_to < aim LOOP
    -- Days without a chunk hold nothing.
    SELECT min(greatest(c.range_from, progress.done_to)) INTO next_from FROM telemetry.chunk c
      WHERE c.tier = 'reading' AND c.range_to > progress.done_to AND NOT c.closed;
    IF next_from IS NULL OR next_from >= aim THEN
      progress.done_to := aim;
      progress.next_signal := 0;
      EXIT;
    END IF;
    IF next_from > progress.done_to THEN
      progress.done_to := next_from;
      progress.next_signal := 0;
    END IF;
    IF telemetry.lacks_chunk(progress.done_to) THEN
      lacking := progress.done_to;
      EXIT;
    END IF;
    LOOP
      SELECT s.signal_id INTO asked FROM public.signal s
        WHERE s.signal_id >= progress.next_signal AND EXISTS (
          SELECT FROM telemetry.reading r WHERE r.signal_id = s.signal_id AND r.at >= progress.done_to
            AND r.at < progress.done_to + interval '1 hour' OFFSET 0)
        ORDER BY s.signal_id LIMIT 1;
      IF NOT FOUND THEN
        progress.done_to := progress.done_to + interval '1 hour';
        progress.next_signal := 0;
        in_time := clock_timestamp() <= began + budget_ms * interval '1 millisecond';
        EXIT;
      END IF;
      PERFORM telemetry.roll_hour(asked, progress.done_to, rolled_at);
      rolled := rolled + 1;
      progress.next_signal := asked + 1;
      IF rolled >= most OR clock_timestamp() > began + budget_ms * interval '1 millisecond' THEN
        in_time := false;
        EXIT;
      END IF;
    END LOOP;
  END LOOP;
  UPDATE telemetry.rollup SET done_to = progress.done_to, next_signal = progress.next_signal;
  ended := progress.done_to >= aim;
END $$;
