-- As before, but a tier that the page does not need is not planned for: its chunks are neither opened nor locked.

-- Columns col_from to col_to - 1 of the range, as far as they lie before seam. A bucket of a tier is read whole where no
-- column begins within it, or where the finer tier is gone (before the floors): then it counts in the column of its first
-- reading. A column is [i, min, max, first, last, count, first_us, last_us, covered_us, integral, rise, gap_before], in no order;
-- integral in value × seconds.
CREATE OR REPLACE FUNCTION telemetry.rollup_columns(
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
  needs_hours boolean;
  needs_minutes boolean;
  needs_readings boolean;
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
  needs_hours := top = '1h' OR cardinality(cut_days) > 0;
  needs_minutes := top = '1m' OR cardinality(cut_hours) > 0;
  needs_readings := cardinality(cut_minutes) > 0;
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
      SELECT * FROM telemetry.reading_1h r WHERE needs_hours AND r.signal_id = asked_signal
        AND r.at >= telemetry.at_of(part.low) AND r.at < telemetry.at_of(part.high)
        AND r.at >= telemetry.at_of(scan_from - scan_from % hour_us) AND r.at < telemetry.at_of(scan_to) OFFSET 0
    ) AS h WHERE NOT round(date_part('epoch', h.at) * 1e6)::bigint = ANY (cut_hours)
  ), minutes AS (
    SELECT m.* FROM (
      SELECT c AS low, c + hour_us AS high FROM unnest(cut_hours) AS c WHERE top <> '1m'
      UNION ALL SELECT scan_from - scan_from % minute_us, scan_to WHERE top = '1m'
    ) AS part CROSS JOIN LATERAL (
      SELECT * FROM telemetry.reading_1m r WHERE needs_minutes AND r.signal_id = asked_signal
        AND r.at >= telemetry.at_of(part.low) AND r.at < telemetry.at_of(part.high)
        AND r.at >= telemetry.at_of(scan_from - scan_from % minute_us) AND r.at < telemetry.at_of(scan_to) OFFSET 0
    ) AS m WHERE NOT round(date_part('epoch', m.at) * 1e6)::bigint = ANY (cut_minutes)
  ), readings AS (
    SELECT round(date_part('epoch', r.at) * 1e6)::bigint AS us, r.value FROM unnest(cut_minutes) AS c CROSS JOIN LATERAL (
      SELECT v.at, v.value FROM telemetry.reading v WHERE needs_readings AND v.signal_id = asked_signal
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
