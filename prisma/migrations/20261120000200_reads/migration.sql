-- What people and tokens may read of schema telemetry: functions that check the asked signal once against the row-level
-- policy of public.signal and then read by signal id. Times are microseconds since 1970 as bigint, exact on both sides.
-- Each call reads a bounded number of rows, so that no statement holds the embedded database for long; the caller asks
-- again from where a call ended.

CREATE FUNCTION telemetry.at_of(us bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog
  AS $$ SELECT timestamptz '1970-01-01 00:00:00+00' + us * interval '1 microsecond' $$;

-- The first stored readings of a range by time. It asks nobody whose signal it is: only functions of sentia_definer that
-- have asked may call it. The planner settings keep it on the primary key (signal_id, at): the embedded database gathers
-- no statistics, and without them it would sort the whole range to give its beginning.
CREATE FUNCTION telemetry.stored_readings(asked_signal int, scan_from bigint, scan_to bigint, max_rows int)
RETURNS TABLE (us bigint, value double precision, quality smallint) LANGUAGE plpgsql STABLE ROWS 10000
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT round(date_part('epoch', r.at) * 1e6)::bigint, r.value, r.quality
  FROM telemetry.reading r
  WHERE r.signal_id = asked_signal AND r.at >= telemetry.at_of(scan_from) AND r.at < telemetry.at_of(scan_to)
  ORDER BY r.at LIMIT max_rows;
END $$;

-- One page of history, at most page_rows stored readings from scan_from on. A usable reading is one whose value is
-- not null and whose quality is not bad; an interval is the distance between two neighbouring usable readings.
--
-- scan_from and scan_to stand on an hour (UTC), or scan_from stands within an hour that is known to be dense: one with
-- more than 7,200 stored readings, whose median interval is below 1 s. next_scan_from follows the same rule, which is why a page is cut back to its last
-- whole hour. docs/api.md tells the rule of gaps; docs/decisions/007-history-by-columns.md tells why.
--
-- last_usable, last_allowed_us and last_intervals (oldest first, five at most) are newest_usable, newest_allowed_us and
-- newest_intervals of the page before: the newest usable reading before scan_from, the longest distance after it that
-- is no gap, and the intervals that end before scan_from. opening_us is the median of the signal's first intervals, for
-- its very first reading, before which there is none.
CREATE FUNCTION telemetry.history_page(
  asked_signal int, range_from bigint, range_to bigint, points int, declared_us bigint,
  scan_from bigint, scan_to bigint, page_rows int,
  last_usable bigint, last_allowed_us bigint, last_intervals bigint[], opening_us bigint,
  OUT next_scan_from bigint, OUT newest_usable bigint, OUT newest_allowed_us bigint, OUT newest_intervals json,
  -- [column, min, max, first, last, count], in no order; first is null where an earlier page has begun the column
  OUT columns json,
  -- [from, to], in no order
  OUT gaps json
) RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET jit = off
AS $$
DECLARE
  hour_us CONSTANT bigint := 3600000000;
  least_us CONSTANT bigint := 3000000;
  dense_rows CONSTANT int := 7200;
  sample_size CONSTANT int := 5;
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH page AS MATERIALIZED (
    SELECT r.us, r.value, r.value IS NOT NULL AND r.quality <> 2 AS ok
    FROM telemetry.stored_readings(asked_signal, scan_from, scan_to, page_rows) r
  ), read AS (
    SELECT count(*)::int AS n, max(page.us) AS newest FROM page
  ), cut AS (
    SELECT read.n, CASE
      WHEN read.n < page_rows THEN scan_to
      WHEN read.newest - read.newest % hour_us > scan_from THEN read.newest - read.newest % hour_us
      ELSE read.newest + 1 END AS us
    FROM read
  ), usable AS MATERIALIZED (
    SELECT u.us, u.value, coalesce(lag(u.us) OVER by_time, last_usable) AS previous, lead(u.us) OVER by_time AS following
    FROM page u
    WHERE u.ok AND u.us < (SELECT cut.us FROM cut)
    WINDOW by_time AS (ORDER BY u.us)
  ), newest AS (
    SELECT u.us, u.us - u.previous AS interval_us FROM usable u ORDER BY u.us DESC LIMIT sample_size
  ), unusable AS (
    SELECT page.us / hour_us AS hour, count(*) AS n FROM page WHERE NOT page.ok GROUP BY 1
  ), hours AS (
    SELECT u.us / hour_us AS hour, count(*) AS n, count(u.previous)::int AS ended,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY u.us - u.previous) AS median_us
    FROM usable u GROUP BY 1
  ), series AS (
    SELECT last_intervals || array_agg(u.us - u.previous ORDER BY u.us) AS us FROM usable u WHERE u.previous IS NOT NULL
  ), sampled AS (
    SELECT h.*, cardinality(last_intervals) + (sum(h.ended) OVER (ORDER BY h.hour))::int AS known FROM hours h
  ), allowed AS MATERIALIZED (
    SELECT h.hour, CASE
      WHEN declared_us IS NOT NULL THEN declared_us
      WHEN h.n + coalesce(b.n, 0) > dense_rows OR h.hour * hour_us < scan_from THEN least_us
      WHEN h.ended >= sample_size THEN greatest(least_us, 3 * h.median_us)
      ELSE greatest(least_us, 3 * coalesce((
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY latest.us)
        FROM unnest((SELECT series.us FROM series)[greatest(1, h.known - sample_size + 1) : h.known]) AS latest(us)
      ), opening_us)) END AS us
    FROM sampled h LEFT JOIN unusable b USING (hour)
  ), by_column AS (
    SELECT (u.us - range_from) * points / (range_to - range_from) AS i, min(u.value) AS low, max(u.value) AS high,
      min(u.value) FILTER (WHERE u.previous IS NULL OR u.previous < range_from OR
        (u.previous - range_from) * points / (range_to - range_from) < (u.us - range_from) * points / (range_to - range_from)) AS opens,
      min(u.value) FILTER (WHERE u.following IS NULL OR u.following >= range_to OR
        (u.following - range_from) * points / (range_to - range_from) > (u.us - range_from) * points / (range_to - range_from)) AS closes,
      count(*) AS n
    FROM usable u WHERE u.us >= range_from AND u.us < range_to GROUP BY 1
  ), far AS MATERIALIZED (
    SELECT u.previous, u.us, u.us - u.previous AS distance_us, u.previous / hour_us AS hour
    FROM usable u
    WHERE u.us - u.previous > least(least_us, declared_us) AND u.us > range_from AND u.previous < range_to
  )
  SELECT
    cut.us,
    coalesce((SELECT max(newest.us) FROM newest), last_usable),
    coalesce((SELECT a.us FROM allowed a ORDER BY a.hour DESC LIMIT 1), last_allowed_us),
    (SELECT to_json(t.us[greatest(1, cardinality(t.us) - sample_size + 1):]) FROM (
      SELECT last_intervals || array_agg(newest.interval_us ORDER BY newest.us) FILTER (WHERE newest.interval_us IS NOT NULL) AS us
      FROM newest) AS t),
    (SELECT coalesce(json_agg(json_build_array(c.i, c.low, c.high, c.opens, c.closes, c.n)), '[]') FROM by_column c),
    (SELECT coalesce(json_agg(json_build_array(f.previous, f.us)), '[]')
      FROM far f LEFT JOIN allowed a ON a.hour = f.hour
      WHERE f.distance_us > CASE WHEN f.previous = last_usable THEN last_allowed_us ELSE a.us END)
  FROM cut;
END $$;

-- The usable readings next before a time, newest first, `wanted` of them where there are as many. It looks in ranges
-- that grow, so that few chunks are planned for. It stops after max_rows stored readings, 50 ms, or a range of 512 days
-- (each chunk that is looked into stays locked until the transaction ends, and the embedded database has few locks);
-- then resume_from is where to ask again, else null.
CREATE FUNCTION telemetry.usable_before(asked_signal int, before bigint, wanted int, max_rows int, OUT usable json, OUT resume_from bigint)
RETURNS record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
  SET jit = off
AS $$
DECLARE
  began CONSTANT timestamptz := clock_timestamp();
  furthest CONSTANT bigint := 512 * 86400000000;
  earliest CONSTANT bigint := 946684800000000; -- 2000-01-01: nothing before it is stored
  upper bigint := before;
  width bigint := 3600000000;
  lower bigint;
  all_found bigint[] := '{}';
  of_range record;
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  LOOP
    lower := greatest(upper - width, earliest);
    EXIT WHEN lower >= upper;
    SELECT count(*)::int AS n, min(p.us) AS oldest,
      (array_agg(p.us ORDER BY p.us DESC) FILTER (WHERE p.ok))[1 : wanted - cardinality(all_found)] AS us
    INTO of_range FROM (
      SELECT round(date_part('epoch', r.at) * 1e6)::bigint AS us, r.value IS NOT NULL AND r.quality <> 2 AS ok
      FROM telemetry.reading r
      WHERE r.signal_id = asked_signal AND r.at >= telemetry.at_of(lower) AND r.at < telemetry.at_of(upper)
      ORDER BY r.at DESC LIMIT max_rows
    ) AS p;
    all_found := all_found || of_range.us;
    EXIT WHEN cardinality(all_found) >= wanted;
    upper := CASE WHEN of_range.n = max_rows THEN of_range.oldest ELSE lower END;
    width := least(width * 24, 128 * 86400000000);
    IF of_range.n = max_rows OR before - upper > furthest OR clock_timestamp() > began + interval '50 ms' THEN
      resume_from := upper;
      EXIT;
    END IF;
  END LOOP;
  usable := to_json(all_found);
END $$;

-- The same the other way: the usable readings at or next after a time, oldest first.
CREATE FUNCTION telemetry.usable_after(asked_signal int, since bigint, wanted int, max_rows int, OUT usable json, OUT resume_from bigint)
RETURNS record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET jit = off
AS $$
DECLARE
  began CONSTANT timestamptz := clock_timestamp();
  furthest CONSTANT bigint := 512 * 86400000000;
  -- What is more than 5 min ahead is not stored.
  latest CONSTANT bigint := (date_part('epoch', began) * 1e6)::bigint + 86400000000;
  lower bigint := since;
  width bigint := 3600000000;
  upper bigint;
  all_found bigint[] := '{}';
  of_range record;
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  LOOP
    upper := least(lower + width, latest);
    EXIT WHEN lower >= upper;
    SELECT count(*)::int AS n, max(r.us) AS newest,
      (array_agg(r.us ORDER BY r.us) FILTER (WHERE r.value IS NOT NULL AND r.quality <> 2))[1 : wanted - cardinality(all_found)] AS us
    INTO of_range FROM telemetry.stored_readings(asked_signal, lower, upper, max_rows) r;
    all_found := all_found || of_range.us;
    EXIT WHEN cardinality(all_found) >= wanted;
    lower := CASE WHEN of_range.n = max_rows THEN of_range.newest + 1 ELSE upper END;
    width := least(width * 24, 128 * 86400000000);
    IF of_range.n = max_rows OR lower - since > furthest OR clock_timestamp() > began + interval '50 ms' THEN
      resume_from := lower;
      EXIT;
    END IF;
  END LOOP;
  usable := to_json(all_found);
END $$;

-- One page of all that is stored of a signal, readings and texts by time (a number before a text of the same time).
-- Readings are taken from reading_from on and texts from event_from on, so that a page can end between the two. A page
-- ends after max_rows rows, or before the texts in it outgrow max_bytes; it holds at least one row where there is one.
CREATE FUNCTION telemetry.raw_page(
  asked_signal int, reading_from bigint, event_from bigint, scan_to bigint, max_rows int, max_bytes int
) RETURNS TABLE (us bigint, value double precision, text text, quality smallint) LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
  SET jit = off
AS $$
DECLARE
  texts record;
  page_to bigint := scan_to;
BEGIN
  IF NOT EXISTS (SELECT FROM public.signal s WHERE s.signal_id = asked_signal) THEN
    RETURN;
  END IF;
  -- The texts' lengths first, so that no more text is read than the page holds.
  SELECT count(*) AS n, count(*) FILTER (WHERE l.before < max_bytes) AS kept,
    max(l.us) FILTER (WHERE l.before < max_bytes) AS newest_kept
  INTO texts FROM (
    SELECT round(date_part('epoch', e.at) * 1e6)::bigint AS us,
      sum(octet_length(e.text)) OVER (ORDER BY e.at) - octet_length(e.text) AS before
    FROM (
      SELECT v.at, v.text FROM telemetry.event v
      WHERE v.signal_id = asked_signal AND v.at >= telemetry.at_of(event_from) AND v.at < telemetry.at_of(scan_to)
      ORDER BY v.at LIMIT max_rows
    ) AS e
  ) AS l;
  IF texts.kept < texts.n OR texts.n = max_rows THEN
    page_to := texts.newest_kept + 1;
  END IF;
  RETURN QUERY
  SELECT merged.us, merged.value, merged.text, merged.quality FROM (
    SELECT r.us, r.value, NULL::text AS text, r.quality
    FROM telemetry.stored_readings(asked_signal, reading_from, page_to, max_rows) r
    UNION ALL
    SELECT e.us, NULL, e.text, e.quality FROM (
      SELECT round(date_part('epoch', v.at) * 1e6)::bigint AS us, v.text, v.quality
      FROM telemetry.event v
      WHERE v.signal_id = asked_signal AND v.at >= telemetry.at_of(event_from) AND v.at < telemetry.at_of(page_to)
      ORDER BY v.at LIMIT max_rows
    ) AS e
  ) AS merged ORDER BY merged.us, merged.text IS NOT NULL LIMIT max_rows;
END $$;

-- What could not be stored, newest first: the asker's, and what belongs to no organisation (nothing told whose it was).
CREATE FUNCTION telemetry.dead_letters(below_id bigint, max_rows int) RETURNS TABLE (
  dead_letter_id bigint, received_at timestamptz, topic text, reason text, detail text, size int, beginning bytea, feed text
) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
AS $$
  SELECT d.dead_letter_id, d.received_at, d.topic, d.reason, d.detail, d.size, substring(d.payload FROM 1 FOR 8000), d.feed
  FROM (
    SELECT mine.* FROM unnest(public.asking_organisations()) AS asking(organisation_id), LATERAL (
      SELECT l.* FROM telemetry.dead_letter l
      WHERE l.organisation_id = asking.organisation_id AND (below_id IS NULL OR l.dead_letter_id < below_id)
      ORDER BY l.dead_letter_id DESC LIMIT max_rows
    ) AS mine
    UNION ALL
    (SELECT l.* FROM telemetry.dead_letter l
      WHERE l.organisation_id IS NULL AND public.asking_organisations() IS NOT NULL
        AND (below_id IS NULL OR l.dead_letter_id < below_id)
      ORDER BY l.dead_letter_id DESC LIMIT max_rows)
  ) AS d
  ORDER BY d.dead_letter_id DESC LIMIT max_rows
$$;

-- An owner needs CREATE on the schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA telemetry TO sentia_definer;
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'telemetry'::regnamespace
      AND p.proname IN ('at_of', 'stored_readings', 'history_page', 'usable_before', 'usable_after', 'raw_page', 'dead_letters')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    IF f::text NOT LIKE 'telemetry.stored_readings(%' AND f::text NOT LIKE 'telemetry.at_of(%' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sentia_app', f);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO sentia_definer', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA telemetry FROM sentia_definer;
