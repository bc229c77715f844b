-- Rollups of telemetry.reading by minute, hour and day, and the gaps between readings. The unit of work is a signal's hour:
-- gaps follow the median interval of an hour (docs/api.md). What an hour needs to know of those before it stands in the
-- row of the hour before, so rolling hours one after the other is a full recompute, and rolling one again is exact when
-- its successor is rolled again whenever what it hands on has changed. docs/decisions/013-rollups.md tells why.

-- Microseconds since 1970. Readings at or after it are rolled when their hour's turn comes; a transaction that stores
-- earlier ones marks their hours dirty. It stands in the head row, which each such transaction locks: none can miss a move.
ALTER TABLE telemetry.head ADD COLUMN rolled_to bigint NOT NULL DEFAULT 0;

-- How far the hours were really rolled: done_to, and within that hour all signals below next_signal.
CREATE TABLE telemetry.rollup (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  done_to timestamptz NOT NULL,
  next_signal int NOT NULL
);
INSERT INTO telemetry.rollup (done_to, next_signal) VALUES ('-infinity', 0);

ALTER TABLE telemetry.dirty RENAME COLUMN minute TO hour;

DO $$
DECLARE
  timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
  suffix text := CASE WHEN timescale THEN '' ELSE 'PARTITION BY RANGE (at)' END;
  tier text;
BEGIN
  FOREACH tier IN ARRAY ARRAY['reading_1m', 'reading_1h', 'reading_1d'] LOOP
    -- Usable readings only: a value, and not bad. covered_ms and integral (value × seconds, each value held until the
    -- next) are over the intervals between readings of the bucket that are no gap; rise is what a counter grew by within
    -- the bucket, a fall being a reset to 0. Intervals between buckets follow from last, last_at, first and first_at.
    EXECUTE format('CREATE TABLE telemetry.%I (
      signal_id int NOT NULL,
      at timestamptz NOT NULL,
      count int NOT NULL,
      sum double precision NOT NULL,
      min double precision NOT NULL,
      max double precision NOT NULL,
      first double precision NOT NULL,
      last double precision NOT NULL,
      first_at timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      covered_ms double precision NOT NULL,
      integral double precision NOT NULL,
      rise double precision NOT NULL,
      PRIMARY KEY (signal_id, at)
    ) %s', tier, suffix);
  END LOOP;
  -- What the next hour needs: how long a silence after the last reading is no gap (null: not known yet), the latest five
  -- intervals, and of a signal's beginning its first six readings (null from then on).
  ALTER TABLE telemetry.reading_1h
    ADD COLUMN allowed_us bigint, ADD COLUMN intervals bigint[] NOT NULL, ADD COLUMN opening bigint[];
  FOREACH tier IN ARRAY ARRAY['reading_1m', 'reading_1h', 'reading_1d'] LOOP
    IF timescale THEN
      PERFORM create_hypertable(format('telemetry.%I', tier)::regclass, 'at', create_default_indexes => false,
        chunk_time_interval => CASE tier WHEN 'reading_1m' THEN interval '7 days' WHEN 'reading_1h' THEN interval '91 days' ELSE interval '728 days' END);
    END IF;
  END LOOP;
END $$;

-- The stretches without usable readings, each from the reading before to the reading after.
CREATE TABLE telemetry.reading_gap (
  signal_id int NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  PRIMARY KEY (signal_id, to_at)
);

-- Hours that changed after they had been rolled: what they said at first, and when they last changed.
CREATE TABLE telemetry.restatement (
  signal_id int NOT NULL,
  at timestamptz NOT NULL,
  restated_at timestamptz NOT NULL,
  times int NOT NULL DEFAULT 1,
  was_count int NOT NULL,
  was_sum double precision,
  was_min double precision,
  was_max double precision,
  PRIMARY KEY (signal_id, at)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['rollup', 'reading_1m', 'reading_1h', 'reading_1d', 'reading_gap', 'restatement'] LOOP
    EXECUTE format('ALTER TABLE telemetry.%I OWNER TO sentia_writer', t);
    EXECUTE format('GRANT SELECT ON telemetry.%I TO sentia_reader, sentia_definer', t);
  END LOOP;
END $$;

-- Stable, like what it calls: else it would not be inlined, and cost ten times as much.
CREATE FUNCTION telemetry.us_of(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (date_part('epoch', at) * 1e6)::bigint $$;

CREATE FUNCTION telemetry.at_us(us bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT timestamptz '1970-01-01 00:00:00+00' + us * interval '1 microsecond' $$;

-- Where the chunk of a tier begins that holds a time: multiples of its width since 1970.
CREATE FUNCTION telemetry.chunk_start(tier text, at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$
    SELECT date_bin(CASE tier WHEN 'reading_1m' THEN interval '7 days' WHEN 'reading_1h' THEN interval '91 days'
      WHEN 'reading_1d' THEN interval '728 days' ELSE interval '1 day' END, at, timestamptz '1970-01-01 00:00:00+00')
  $$;

-- As before, and also for tiers without a default partition.
CREATE OR REPLACE FUNCTION telemetry.create_partition(tier text, range_from timestamptz, range_to timestamptz) RETURNS void
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
  IF to_regclass(format('telemetry.%I', tier || '_stray')) IS NOT NULL THEN
    EXECUTE format(
      'WITH strayed AS (DELETE FROM telemetry.%I WHERE at >= $1 AND at < $2 RETURNING *)
       INSERT INTO telemetry.%I SELECT * FROM strayed', tier || '_stray', chunk_name)
      USING range_from, range_to;
  END IF;
  EXECUTE format('ALTER TABLE telemetry.%I ATTACH PARTITION telemetry.%I FOR VALUES FROM (%L) TO (%L)',
    tier, chunk_name, range_from, range_to);
END $$;

-- The days of a tier that strayed rows belong to, the first few.
CREATE FUNCTION telemetry.stray_days(tier text, most int) RETURNS TABLE (day timestamptz, rows bigint)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, telemetry
  AS $$
BEGIN
  IF to_regclass(format('telemetry.%I', tier || '_stray')) IS NOT NULL THEN
    RETURN QUERY EXECUTE format(
      'SELECT telemetry.chunk_start($1, at), count(*) FROM telemetry.%I GROUP BY 1 ORDER BY 1 LIMIT $2', tier || '_stray')
      USING tier, most;
  END IF;
END $$;

-- Whether a tier takes rows for a time: null while it has no chunk there.
CREATE FUNCTION telemetry.takes_rows(asked_tier text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE
  AS $$
    SELECT NOT closed FROM telemetry.chunk WHERE tier = asked_tier AND range_from = telemetry.chunk_start(asked_tier, at)
  $$;

-- Rolls one hour of a signal from its stored readings and from what the hour before hands on; marks the next hour that
-- stands when what this one hands on has changed. Runs as its caller, sentia_writer.
CREATE FUNCTION telemetry.roll_hour(asked_signal int, asked_hour timestamptz, rolled_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  hour_to CONSTANT timestamptz := asked_hour + interval '1 hour';
  day CONSTANT timestamptz := date_trunc('day', asked_hour, 'UTC');
  least_us CONSTANT bigint := 3000000;
  dense_rows CONSTANT int := 7200;
  sample_size CONSTANT int := 5;
  prior record;
  earlier record;
  stored_rows int;
  own bigint[];
  longest bigint;
  newest double precision;
  times bigint[];
  sample bigint[];
  declared bigint;
  created timestamptz;
  allowed bigint;
  firsts bigint[];
  first_allowed bigint;
  following timestamptz;
  has_minutes CONSTANT boolean := telemetry.takes_rows('reading_1m', asked_hour);
  has_hours CONSTANT boolean := telemetry.takes_rows('reading_1h', asked_hour);
  has_days CONSTANT boolean := telemetry.takes_rows('reading_1d', asked_hour);
BEGIN
  IF NOT has_hours THEN
    RETURN;
  END IF;
  SELECT stale_after_ms * 1000::bigint, created_at INTO declared, created FROM public.signal WHERE signal_id = asked_signal;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT h.last_at, telemetry.us_of(h.last_at) AS last_us, h.allowed_us, h.intervals, h.opening INTO prior
    FROM telemetry.reading_1h h WHERE h.signal_id = asked_signal AND h.at < asked_hour ORDER BY h.at DESC LIMIT 1;
  SELECT h.* INTO earlier FROM telemetry.reading_1h h WHERE h.signal_id = asked_signal AND h.at = asked_hour;

  -- The primary key gives readings by time, so nothing here has to be sorted.
  SELECT count(*), array_agg(r.us) FILTER (WHERE r.ok) INTO stored_rows, times FROM (
    SELECT telemetry.us_of(r.at) AS us, r.value IS NOT NULL AND r.quality <> 2 AS ok FROM telemetry.reading r
    WHERE r.signal_id = asked_signal AND r.at >= asked_hour AND r.at < hour_to ORDER BY r.at) AS r;
  IF times IS NULL THEN
    RETURN;
  END IF;
  SELECT array_agg(t.us - t.before) FILTER (WHERE t.before IS NOT NULL), max(t.us - t.before) INTO own, longest
    FROM (SELECT u.us, lag(u.us, 1, prior.last_us) OVER () AS before FROM unnest(times) AS u(us)) AS t;
  own := coalesce(own, '{}');
  sample := coalesce(prior.intervals, '{}') || own;
  sample := sample[greatest(1, cardinality(sample) - sample_size + 1):];

  allowed := CASE
    WHEN declared IS NOT NULL THEN declared
    WHEN stored_rows > dense_rows THEN least_us
    ELSE (SELECT greatest(least_us, 3 * percentile_disc(0.5) WITHIN GROUP (ORDER BY i.us))
          FROM unnest(CASE WHEN cardinality(own) >= sample_size THEN own ELSE sample END) AS i(us) HAVING count(*) > 0) END;
  firsts := CASE
    WHEN prior.last_us IS NULL THEN times[1:sample_size + 1]
    WHEN cardinality(prior.opening) <= sample_size THEN (prior.opening || times)[1:sample_size + 1] END;

  DELETE FROM telemetry.reading_gap g WHERE g.signal_id = asked_signal AND g.to_at >= asked_hour AND g.to_at < hour_to;
  IF longest > least(allowed, prior.allowed_us) THEN
    INSERT INTO telemetry.reading_gap (signal_id, from_at, to_at)
    SELECT asked_signal, telemetry.at_us(t.before), telemetry.at_us(t.us)
    FROM (SELECT u.us, lag(u.us, 1, prior.last_us) OVER () AS before FROM unnest(times) AS u(us)) AS t
    WHERE t.us - t.before > CASE WHEN t.before = prior.last_us THEN prior.allowed_us ELSE allowed END;
  END IF;

  SELECT r.value INTO newest FROM telemetry.reading r
    WHERE r.signal_id = asked_signal AND r.at = telemetry.at_us(times[cardinality(times)]) AND r.at >= asked_hour AND r.at < hour_to;
  WITH usable AS (
    SELECT u.us, u.value, u.us / 60000000 AS minute, lag(u.us) OVER by_time AS before_us, lag(u.value) OVER by_time AS before
    FROM (
      SELECT r.at, telemetry.us_of(r.at) AS us, r.value FROM telemetry.reading r
      WHERE r.signal_id = asked_signal AND r.at >= asked_hour AND r.at < hour_to AND r.value IS NOT NULL AND r.quality <> 2
    ) AS u WINDOW by_time AS (ORDER BY u.at)
  ), figured AS MATERIALIZED (
    SELECT u.minute, count(*)::int AS n, sum(u.value) AS sum, min(u.value) AS min, max(u.value) AS max,
      min(u.value) FILTER (WHERE u.before_us IS NULL OR u.before_us / 60000000 < u.minute) AS first,
      min(u.before) FILTER (WHERE u.before_us / 60000000 < u.minute) AS entered,
      min(u.us) AS first_us, max(u.us) AS last_us,
      sum(u.us - u.before_us) FILTER (WHERE u.before_us / 60000000 = u.minute AND u.us - u.before_us <= allowed) AS covered_us,
      sum(u.before * ((u.us - u.before_us) / 1e6::float8))
        FILTER (WHERE u.before_us / 60000000 = u.minute AND u.us - u.before_us <= allowed) AS integral,
      sum(CASE WHEN u.value >= u.before THEN u.value - u.before ELSE greatest(u.value, 0) END)
        FILTER (WHERE u.before_us / 60000000 = u.minute) AS rise
    FROM usable u GROUP BY u.minute
  ), linked AS MATERIALIZED (
    SELECT f.*, f.first_us - lag(f.last_us) OVER by_time AS link_us, f.entered AS before, coalesce(lead(f.entered) OVER by_time, newest) AS last
    FROM figured f WINDOW by_time AS (ORDER BY f.minute)
  ), minutes AS (
    INSERT INTO telemetry.reading_1m AS kept (signal_id, at, count, sum, min, max, first, last, first_at, last_at, covered_ms, integral, rise)
    SELECT asked_signal, telemetry.at_us(f.minute * 60000000), f.n, f.sum, f.min, f.max, f.first, f.last,
      telemetry.at_us(f.first_us), telemetry.at_us(f.last_us), coalesce(f.covered_us, 0)::float8 / 1000, coalesce(f.integral, 0), coalesce(f.rise, 0)
    FROM linked f WHERE has_minutes
    ON CONFLICT (signal_id, at) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min,
      max = excluded.max, first = excluded.first, last = excluded.last, first_at = excluded.first_at,
      last_at = excluded.last_at, covered_ms = excluded.covered_ms, integral = excluded.integral, rise = excluded.rise
    WHERE (kept.count, kept.sum, kept.covered_ms, kept.integral) IS DISTINCT FROM
      (excluded.count, excluded.sum, excluded.covered_ms, excluded.integral)
  )
  INSERT INTO telemetry.reading_1h AS kept (signal_id, at, count, sum, min, max, first, last, first_at, last_at, covered_ms,
    integral, rise, allowed_us, intervals, opening)
  SELECT asked_signal, asked_hour, sum(l.n)::int, sum(l.sum ORDER BY l.minute), min(l.min), max(l.max),
    (array_agg(l.first ORDER BY l.minute))[1], (array_agg(l.last ORDER BY l.minute DESC))[1],
    telemetry.at_us(min(l.first_us)), telemetry.at_us(max(l.last_us)),
    (coalesce(sum(l.covered_us), 0) + coalesce(sum(l.link_us) FILTER (WHERE l.link_us <= allowed), 0))::float8 / 1000,
    sum(coalesce(l.integral, 0) + CASE WHEN l.link_us <= allowed THEN l.before * (l.link_us / 1e6::float8) ELSE 0 END ORDER BY l.minute),
    sum(coalesce(l.rise, 0) + CASE WHEN l.before IS NULL THEN 0 WHEN l.first >= l.before THEN l.first - l.before
      ELSE greatest(l.first, 0) END ORDER BY l.minute),
    allowed, sample, firsts
  FROM linked l
  ON CONFLICT (signal_id, at) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min,
    max = excluded.max, first = excluded.first, last = excluded.last, first_at = excluded.first_at,
    last_at = excluded.last_at, covered_ms = excluded.covered_ms, integral = excluded.integral, rise = excluded.rise,
    allowed_us = excluded.allowed_us, intervals = excluded.intervals, opening = excluded.opening;

  UPDATE telemetry.chunk c SET last_write = date_trunc('hour', rolled_at, 'UTC')
    WHERE c.tier IN ('reading_1m', 'reading_1h', 'reading_1d') AND c.range_from = telemetry.chunk_start(c.tier, asked_hour)
      AND NOT c.closed AND c.last_write < date_trunc('hour', rolled_at, 'UTC');

  -- The silence after a signal's very first reading, where that stands alone in its hour, is judged by its first five intervals.
  IF cardinality(firsts) > 1 THEN
    SELECT h.allowed_us INTO first_allowed FROM telemetry.reading_1h h
      WHERE h.signal_id = asked_signal
        AND h.at = date_trunc('hour', telemetry.at_us(firsts[1]), 'UTC');
    IF FOUND AND first_allowed IS NULL THEN
      DELETE FROM telemetry.reading_gap g
        WHERE g.signal_id = asked_signal AND g.to_at = telemetry.at_us(firsts[2]);
      INSERT INTO telemetry.reading_gap (signal_id, from_at, to_at)
        SELECT asked_signal, telemetry.at_us(firsts[1]), telemetry.at_us(firsts[2])
        WHERE firsts[2] - firsts[1] > (
          SELECT greatest(least_us, 3 * percentile_disc(0.5) WITHIN GROUP (ORDER BY t.us - t.before))
          FROM (SELECT u.us, lag(u.us) OVER (ORDER BY u.us) AS before FROM unnest(firsts) AS u(us)) AS t WHERE t.before IS NOT NULL);
    END IF;
  END IF;

  IF has_days THEN
    PERFORM telemetry.roll_day(asked_signal, day);
    -- That first silence may lie in an earlier day than the reading that settled it.
    IF cardinality(firsts) > 1 AND telemetry.at_us(firsts[2]) < day THEN
      PERFORM telemetry.roll_day(asked_signal, date_trunc('day', telemetry.at_us(firsts[2]), 'UTC'));
    END IF;
  END IF;

  -- Of an hour before the signal was known nobody was told that it is empty.
  IF asked_hour < (SELECT greatest(r.done_to, '2000-01-01') FROM telemetry.rollup r) AND (
    (earlier.signal_id IS NULL AND prior.last_us IS NOT NULL AND hour_to > created)
    OR (earlier.signal_id IS NOT NULL AND (earlier.count <> cardinality(times)))) THEN
    INSERT INTO telemetry.restatement AS kept (signal_id, at, restated_at, was_count, was_sum, was_min, was_max)
    VALUES (asked_signal, asked_hour, rolled_at, coalesce(earlier.count, 0), earlier.sum, earlier.min, earlier.max)
    ON CONFLICT (signal_id, at) DO UPDATE SET restated_at = excluded.restated_at, times = kept.times + 1;
  END IF;

  IF firsts IS NOT NULL OR earlier.signal_id IS NULL
    OR (telemetry.us_of(earlier.last_at), earlier.allowed_us, earlier.intervals, earlier.opening)
      IS DISTINCT FROM (times[cardinality(times)], allowed, sample, firsts)
  THEN
    SELECT h.at INTO following FROM telemetry.reading_1h h
      WHERE h.signal_id = asked_signal AND h.at > asked_hour ORDER BY h.at LIMIT 1;
    IF FOUND THEN
      INSERT INTO telemetry.dirty (signal_id, hour) VALUES (asked_signal, following) ON CONFLICT DO NOTHING;
    END IF;
  END IF;
END $$;

-- A day from its hours: what they say, and the intervals between one hour's last reading and the next one's first.
CREATE FUNCTION telemetry.roll_day(asked_signal int, asked_day timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH hours AS (
    SELECT h.*, lag(h.last) OVER by_time AS before, lag(h.last_at) OVER by_time AS before_at
    FROM telemetry.reading_1h h WHERE h.signal_id = asked_signal AND h.at >= asked_day AND h.at < asked_day + interval '24 hours'
    WINDOW by_time AS (ORDER BY h.at)
  ), linked AS (
    SELECT h.*, telemetry.us_of(h.first_at) - telemetry.us_of(h.before_at) AS link_us,
      h.before_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM telemetry.reading_gap g WHERE g.signal_id = asked_signal AND g.to_at = h.first_at) AS held
    FROM hours h
  )
  INSERT INTO telemetry.reading_1d AS kept (signal_id, at, count, sum, min, max, first, last, first_at, last_at, covered_ms, integral, rise)
  SELECT asked_signal, asked_day, sum(l.count)::int, sum(l.sum ORDER BY l.at), min(l.min), max(l.max),
    (array_agg(l.first ORDER BY l.at))[1], (array_agg(l.last ORDER BY l.at DESC))[1], min(l.first_at), max(l.last_at),
    (sum(round(l.covered_ms * 1000)) + coalesce(sum(l.link_us) FILTER (WHERE l.held), 0)::float8) / 1000,
    sum(CASE WHEN l.held THEN l.before * (l.link_us / 1e6::float8) + l.integral ELSE l.integral END ORDER BY l.at),
    sum(CASE WHEN l.before IS NULL THEN l.rise
      WHEN l.first >= l.before THEN l.first - l.before + l.rise ELSE greatest(l.first, 0) + l.rise END ORDER BY l.at)
  FROM linked l HAVING count(*) > 0
  ON CONFLICT (signal_id, at) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min,
    max = excluded.max, first = excluded.first, last = excluded.last, first_at = excluded.first_at,
    last_at = excluded.last_at, covered_ms = excluded.covered_ms, integral = excluded.integral, rise = excluded.rise
$$;

-- Where a tier of rollups lacks a chunk for a time; null when all stand.
CREATE FUNCTION telemetry.lacks_chunk(at timestamptz) RETURNS boolean LANGUAGE sql STABLE
  AS $$
    SELECT telemetry.takes_rows('reading_1m', at) IS NULL OR telemetry.takes_rows('reading_1h', at) IS NULL
      OR telemetry.takes_rows('reading_1d', at) IS NULL
  $$;

-- Rolls hours that late readings touched, by signal and time, from after (after_signal, after_hour) on, for about
-- budget_ms. lacking is the hour before which it stopped because chunks must be made first.
CREATE FUNCTION telemetry.roll_late(
  after_signal int, after_hour timestamptz, budget_ms int, most int, rolled_at timestamptz,
  OUT rolled int, OUT last_signal int, OUT last_hour timestamptz, OUT lacking timestamptz, OUT ended boolean
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
  task record;
BEGIN
  rolled := 0;
  ended := false;
  last_signal := after_signal;
  last_hour := after_hour;
  LOOP
    SELECT d.signal_id, d.hour INTO task FROM telemetry.dirty d
      WHERE (d.signal_id, d.hour) > (last_signal, last_hour) ORDER BY d.signal_id, d.hour LIMIT 1;
    IF NOT FOUND THEN
      ended := true;
      RETURN;
    END IF;
    IF telemetry.lacks_chunk(task.hour) THEN
      lacking := task.hour;
      RETURN;
    END IF;
    -- This waits for a writer that has just marked the hour, so that its readings are seen below.
    DELETE FROM telemetry.dirty d WHERE d.signal_id = task.signal_id AND d.hour = task.hour;
    PERFORM telemetry.roll_hour(task.signal_id, task.hour, rolled_at);
    last_signal := task.signal_id;
    last_hour := task.hour;
    rolled := rolled + 1;
    IF rolled >= most OR clock_timestamp() > began + budget_ms * interval '1 millisecond' THEN
      RETURN;
    END IF;
  END LOOP;
END $$;

-- Rolls the hours up to head.rolled_to for every signal, for about budget_ms, and notes how far it came.
CREATE FUNCTION telemetry.roll_on(budget_ms int, most int, rolled_at timestamptz,
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
      SELECT s.signal_id INTO asked FROM public.signal s WHERE s.signal_id >= progress.next_signal ORDER BY s.signal_id LIMIT 1;
      IF NOT FOUND THEN
        progress.done_to := progress.done_to + interval '1 hour';
        progress.next_signal := 0;
        EXIT;
      END IF;
      PERFORM FROM telemetry.reading r WHERE r.signal_id = asked AND r.at >= progress.done_to
        AND r.at < progress.done_to + interval '1 hour' LIMIT 1;
      IF FOUND THEN
        PERFORM telemetry.roll_hour(asked, progress.done_to, rolled_at);
        rolled := rolled + 1;
      END IF;
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

-- An organisation's removal clears rollups like readings; the small tables are cleared as if they were chunks.
CREATE OR REPLACE VIEW telemetry.chunk_table AS
  SELECT inhparent::regclass::text AS hypertable, inhrelid::regclass::text AS chunk
  FROM pg_catalog.pg_inherits
  WHERE inhparent IN ('telemetry.reading'::regclass, 'telemetry.event'::regclass, 'telemetry.reading_1m'::regclass,
    'telemetry.reading_1h'::regclass, 'telemetry.reading_1d'::regclass)
  UNION ALL
  SELECT plain.name, plain.name FROM (VALUES ('telemetry.dirty'), ('telemetry.reading_gap'), ('telemetry.restatement')) AS plain(name);

DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'telemetry'::regnamespace
    AND p.proname IN ('us_of', 'at_us', 'chunk_start', 'stray_days', 'takes_rows', 'lacks_chunk', 'roll_hour', 'roll_day', 'roll_late', 'roll_on')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sentia_writer', f);
  END LOOP;
END $$;
