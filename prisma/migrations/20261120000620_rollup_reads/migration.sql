-- History from rollups. What is asked of a range is read from the coarsest buckets that lie whole within a column; where a
-- column begins or ends within a bucket the finer tier takes over, down to the readings themselves, so every column is
-- exact whatever its width. Hours that are not rolled up, or dirty, are read raw by telemetry.history_page.

-- What is known of a signal at the seam: the hour (µs) from which its history must be read raw. It is at most the hour that
-- range_to lies in, or that hour's end where its readings are gone. No row when nothing is rolled up before it. first_us and opening_us
-- (the median of the first five intervals) tell of a life that began where rollups still stand.
CREATE FUNCTION telemetry.rollup_seam(asked_signal int, range_to bigint,
  OUT seam bigint, OUT usable bigint, OUT allowed_us bigint, OUT intervals json,
  OUT first_us bigint, OUT opening_us bigint, OUT next_us bigint, OUT raw_floor bigint, OUT minute_floor bigint, OUT hour_floor bigint
) RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET jit = off
AS $$
DECLARE
  hour_us CONSTANT bigint := 3600000000;
  seam_at timestamptz;
  known record;
  begun record;
  opening bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  SELECT coalesce(max(round(date_part('epoch', c.range_to) * 1e6)::bigint) FILTER (WHERE c.tier = 'reading'), 0),
    coalesce(max(round(date_part('epoch', c.range_to) * 1e6)::bigint) FILTER (WHERE c.tier = 'reading_1m'), 0),
    coalesce(max(round(date_part('epoch', c.range_to) * 1e6)::bigint) FILTER (WHERE c.tier = 'reading_1h'), 0)
    INTO raw_floor, minute_floor, hour_floor FROM telemetry.chunk c WHERE c.closed;
  SELECT least(r.done_to, telemetry.at_of((CASE WHEN raw_floor >= range_to THEN range_to + hour_us - 1 ELSE range_to END) / hour_us * hour_us), (SELECT min(d.hour) FROM telemetry.dirty d WHERE d.signal_id = asked_signal))
    INTO seam_at FROM telemetry.rollup r;
  SELECT h.* INTO known FROM telemetry.reading_1h h
    WHERE h.signal_id = asked_signal AND h.at < seam_at ORDER BY h.at DESC LIMIT 1;
  -- Where a signal has only just begun, later readings still tell how long its first silence may be.
  IF known.signal_id IS NULL OR cardinality(known.opening) < 6 THEN
    RETURN;
  END IF;
  SELECT h.at, h.opening INTO begun FROM telemetry.reading_1h h WHERE h.signal_id = asked_signal ORDER BY h.at LIMIT 1;
  IF begun.opening IS NOT NULL THEN
    SELECT o.opening INTO opening FROM (
      SELECT h.opening FROM telemetry.reading_1h h WHERE h.signal_id = asked_signal ORDER BY h.at LIMIT 6
    ) AS o WHERE o.opening IS NOT NULL ORDER BY cardinality(o.opening) DESC LIMIT 1;
    first_us := opening[1];
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY t.us - t.before) INTO opening_us
      FROM (SELECT u.us, lag(u.us) OVER (ORDER BY u.us) AS before FROM unnest(opening) AS u(us)) AS t WHERE t.before IS NOT NULL;
  END IF;
  seam := round(date_part('epoch', seam_at) * 1e6)::bigint;
  usable := round(date_part('epoch', known.last_at) * 1e6)::bigint;
  allowed_us := known.allowed_us;
  intervals := to_json(known.intervals);
  SELECT round(date_part('epoch', h.first_at) * 1e6)::bigint INTO next_us FROM telemetry.reading_1h h
    WHERE h.signal_id = asked_signal AND h.at >= seam_at ORDER BY h.at LIMIT 1;
  RETURN NEXT;
END $$;

-- Columns col_from to col_to - 1 of the range, as far as they lie before seam. A bucket of a tier is read whole where no
-- column begins within it, or where the finer tier is gone (before the floors): then it counts in the column of its first
-- reading. A column is [i, min, max, first, last, count, first_us, last_us, covered_us, integral, rise, gap_before], in no order;
-- integral in value × seconds.
CREATE FUNCTION telemetry.rollup_columns(
  asked_signal int, range_from bigint, range_to bigint, points int, col_from int, col_to int, seam bigint, top text,
  raw_floor bigint, minute_floor bigint, hour_floor bigint, OUT columns json, OUT gaps json
) RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET jit = off
AS $$
DECLARE
  minute_us CONSTANT bigint := 60000000;
  hour_us CONSTANT bigint := 3600000000;
  day_us CONSTANT bigint := 86400000000;
  scan_from CONSTANT bigint := range_from + (col_from * (range_to - range_from) + points - 1) / points;
  scan_to CONSTANT bigint := least(seam, range_from + (col_to * (range_to - range_from) + points - 1) / points);
  edges bigint[];
  cut_days bigint[];
  cut_hours bigint[];
  cut_minutes bigint[];
  gap_ends bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  SELECT array_agg(least(scan_to, range_from + (i * (range_to - range_from) + points - 1) / points)) INTO edges
    FROM generate_series(col_from::bigint, col_to::bigint) AS i;
  SELECT coalesce(array_agg(DISTINCT e - e % day_us) FILTER (WHERE top = '1d' AND e % day_us <> 0 AND e >= hour_floor), '{}'),
    coalesce(array_agg(DISTINCT e - e % hour_us) FILTER (WHERE e % hour_us <> 0 AND e >= minute_floor), '{}'),
    coalesce(array_agg(DISTINCT e - e % minute_us) FILTER (WHERE e % minute_us <> 0 AND e >= raw_floor), '{}')
    INTO cut_days, cut_hours, cut_minutes FROM unnest(edges) AS e;
  SELECT coalesce(array_agg(round(date_part('epoch', g.to_at) * 1e6)::bigint), '{}') INTO gap_ends FROM telemetry.reading_gap g
    WHERE g.signal_id = asked_signal AND g.to_at >= telemetry.at_of(scan_from) AND g.to_at < telemetry.at_of(scan_to);
  RETURN QUERY
  WITH days AS (
    SELECT d.* FROM telemetry.reading_1d d
    WHERE top = '1d' AND d.signal_id = asked_signal AND d.at >= telemetry.at_of(scan_from - scan_from % day_us) AND d.at < telemetry.at_of(scan_to)
      AND NOT round(date_part('epoch', d.at) * 1e6)::bigint = ANY (cut_days)
  ), hours AS (
    SELECT h.* FROM (
      SELECT c AS low, c + day_us AS high FROM unnest(cut_days) AS c
      UNION ALL SELECT scan_from - scan_from % hour_us, scan_to WHERE top = '1h'
    ) AS part CROSS JOIN LATERAL (
      SELECT * FROM telemetry.reading_1h r WHERE r.signal_id = asked_signal
        AND r.at >= telemetry.at_of(part.low) AND r.at < telemetry.at_of(part.high)
        AND r.at >= telemetry.at_of(scan_from - scan_from % hour_us) AND r.at < telemetry.at_of(scan_to) OFFSET 0
    ) AS h WHERE NOT round(date_part('epoch', h.at) * 1e6)::bigint = ANY (cut_hours)
  ), minutes AS (
    SELECT m.* FROM (
      SELECT c AS low, c + hour_us AS high FROM unnest(cut_hours) AS c WHERE top <> '1m'
      UNION ALL SELECT scan_from - scan_from % minute_us, scan_to WHERE top = '1m'
    ) AS part CROSS JOIN LATERAL (
      SELECT * FROM telemetry.reading_1m r WHERE r.signal_id = asked_signal
        AND r.at >= telemetry.at_of(part.low) AND r.at < telemetry.at_of(part.high)
        AND r.at >= telemetry.at_of(scan_from - scan_from % minute_us) AND r.at < telemetry.at_of(scan_to) OFFSET 0
    ) AS m WHERE NOT round(date_part('epoch', m.at) * 1e6)::bigint = ANY (cut_minutes)
  ), readings AS (
    SELECT round(date_part('epoch', r.at) * 1e6)::bigint AS us, r.value FROM unnest(cut_minutes) AS c CROSS JOIN LATERAL (
      SELECT v.at, v.value FROM telemetry.reading v WHERE v.signal_id = asked_signal
        AND v.at >= telemetry.at_of(greatest(c, scan_from)) AND v.at < telemetry.at_of(least(c + minute_us, scan_to))
        AND v.at >= telemetry.at_of(scan_from) AND v.at < telemetry.at_of(scan_to)
        AND v.value IS NOT NULL AND v.quality <> 2 OFFSET 0
    ) AS r
  ), pieces AS (
    SELECT round(date_part('epoch', b.first_at) * 1e6)::bigint AS first_us, round(date_part('epoch', b.last_at) * 1e6)::bigint AS last_us,
      b.count, b.min, b.max, b.first, b.last, b.covered_ms * 1000 AS covered_us, b.integral, b.rise
    FROM (
      SELECT first_at, last_at, count, min, max, first, last, covered_ms, integral, rise FROM days
      UNION ALL SELECT first_at, last_at, count, min, max, first, last, covered_ms, integral, rise FROM hours
      UNION ALL SELECT first_at, last_at, count, min, max, first, last, covered_ms, integral, rise FROM minutes
    ) AS b
    UNION ALL SELECT r.us, r.us, 1, r.value, r.value, r.value, r.value, 0, 0, 0 FROM readings r
  ), placed AS (
    SELECT p.*, greatest(col_from, (greatest(p.first_us, scan_from) - range_from) * points / (range_to - range_from)) AS i FROM pieces p
  ), linked AS (
    SELECT p.*, lag(p.i) OVER by_time IS NOT DISTINCT FROM p.i AS inside, lead(p.i) OVER by_time IS DISTINCT FROM p.i AS closes,
      lag(p.last) OVER by_time AS before, p.first_us - lag(p.last_us) OVER by_time AS link_us,
      p.first_us = ANY (gap_ends) AS after_gap
    FROM placed p WINDOW by_time AS (ORDER BY p.first_us)
  ), by_column AS (
    SELECT l.i, min(l.min) AS low, max(l.max) AS high, min(l.first) FILTER (WHERE NOT l.inside) AS opens,
      min(l.last) FILTER (WHERE l.closes) AS closes, sum(l.count)::bigint AS n, min(l.first_us) AS first_us, max(l.last_us) AS last_us,
      sum(l.covered_us) + coalesce(sum(l.link_us) FILTER (WHERE l.inside AND NOT l.after_gap), 0)::float8 AS covered_us,
      sum(l.integral) + coalesce(sum(l.before * (l.link_us / 1e6::float8)) FILTER (WHERE l.inside AND NOT l.after_gap), 0) AS integral,
      sum(l.rise) + coalesce(sum(CASE WHEN l.first >= l.before THEN l.first - l.before ELSE greatest(l.first, 0) END) FILTER (WHERE l.inside), 0) AS rise,
      bool_or(l.after_gap AND NOT l.inside) AS gap_before
    FROM linked l GROUP BY l.i
  )
  SELECT (SELECT coalesce(json_agg(json_build_array(c.i, c.low, c.high, c.opens, c.closes, c.n, c.first_us, c.last_us, c.covered_us,
      c.integral, c.rise, c.gap_before)), '[]') FROM by_column c),
    (SELECT coalesce(json_agg(json_build_array(round(date_part('epoch', g.from_at) * 1e6)::bigint, round(date_part('epoch', g.to_at) * 1e6)::bigint)), '[]')
      FROM telemetry.reading_gap g
      WHERE g.signal_id = asked_signal AND g.to_at > telemetry.at_of(scan_from) AND g.to_at < telemetry.at_of(seam)
        -- One that goes on beyond this page is told by the page that it ends in, or by the last.
        AND (g.to_at <= telemetry.at_of(scan_to) OR (col_to >= points AND g.from_at < telemetry.at_of(range_to))));
END $$;

-- Hours that were restated after they had been rolled up, newest first.
CREATE FUNCTION telemetry.restatements(asked_signal int, range_from bigint, range_to bigint, max_rows int)
RETURNS TABLE (us bigint, restated_us bigint, times int, was_count int, was_sum double precision, was_min double precision, was_max double precision)
LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
AS $$
  SELECT round(date_part('epoch', r.at) * 1e6)::bigint, round(date_part('epoch', r.restated_at) * 1e6)::bigint, r.times,
    r.was_count, r.was_sum, r.was_min, r.was_max
  FROM telemetry.restatement r
  WHERE r.signal_id = asked_signal AND EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal)
    AND r.at > telemetry.at_of(range_from - 3600000000) AND r.at < telemetry.at_of(range_to)
  ORDER BY r.at DESC LIMIT max_rows
$$;

GRANT CREATE ON SCHEMA telemetry TO sentia_definer;
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'telemetry'::regnamespace
    AND p.proname IN ('rollup_seam', 'rollup_columns', 'restatements')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sentia_app', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO sentia_definer', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA telemetry FROM sentia_definer;
