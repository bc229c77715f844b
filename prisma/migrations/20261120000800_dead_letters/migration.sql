-- Dead letters can be browsed, downloaded and replayed (docs/decisions/012-dead-letter-replay.md).

ALTER TABLE telemetry.dead_letter
  -- Slug of the organisation of the publisher's credential; null where the feed knows none.
  ADD COLUMN publisher text,
  -- Whether it came out of the broker's memory.
  ADD COLUMN retained boolean NOT NULL DEFAULT false,
  -- Of the whole payload; null in letters of earlier versions.
  ADD COLUMN sha256 bytea,
  -- What `payload` holds: all of it, its beginning only, or the refused element while another letter holds the payload.
  ADD COLUMN kept text NOT NULL DEFAULT 'beginning' CHECK (kept IN ('whole', 'beginning', 'element')),
  -- Which elements of the message were refused (telemetry/decode/element.ts); null for all of it, none for unknown ones.
  ADD COLUMN elements bigint[],
  ADD COLUMN replay_requested_at timestamptz,
  -- Which run of which writer is replaying it, and since when: whoever settles it must still hold the claim.
  ADD COLUMN replay_claim text,
  ADD COLUMN replay_claimed_at timestamptz,
  -- How the last replay ended. `reason` and `detail` stay those of the arrival: the ledger counts by them.
  ADD COLUMN replayed_at timestamptz,
  ADD COLUMN replay_outcome text CHECK (replay_outcome IN ('stored', 'duplicate', 'refused')),
  ADD COLUMN replay_stored int,
  ADD COLUMN replay_duplicate int,
  ADD COLUMN replay_refused int,
  ADD COLUMN replay_reason text,
  ADD COLUMN replay_detail text;
CREATE INDEX dead_letter_replay ON telemetry.dead_letter (dead_letter_id) WHERE replay_requested_at IS NOT NULL;
CREATE INDEX dead_letter_sha256 ON telemetry.dead_letter (sha256) WHERE kept = 'whole';

-- One row: how many letters and bytes are kept, and how many older ones had to go for lack of room, or for their age.
CREATE TABLE telemetry.dead_letter_total (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  letters bigint NOT NULL,
  bytes bigint NOT NULL,
  overflowed bigint NOT NULL DEFAULT 0,
  expired bigint NOT NULL DEFAULT 0
);
INSERT INTO telemetry.dead_letter_total (letters, bytes)
  SELECT count(*), coalesce(sum(octet_length(payload)), 0) FROM telemetry.dead_letter;
ALTER TABLE telemetry.dead_letter_total OWNER TO sentia_writer;
GRANT SELECT ON telemetry.dead_letter_total TO sentia_reader, sentia_definer;

CREATE FUNCTION telemetry.count_dead_letters() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog
AS $$
BEGIN
  UPDATE telemetry.dead_letter_total AS total SET
    letters = total.letters + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * changed.letters,
    bytes = total.bytes + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * changed.bytes
  FROM (SELECT count(*) AS letters, coalesce(sum(octet_length(payload)), 0) AS bytes FROM changed_letters) AS changed
  WHERE changed.letters > 0;
  RETURN NULL;
END $$;
ALTER FUNCTION telemetry.count_dead_letters() OWNER TO sentia_writer;
CREATE TRIGGER dead_letter_inserted AFTER INSERT ON telemetry.dead_letter
  REFERENCING NEW TABLE AS changed_letters FOR EACH STATEMENT EXECUTE FUNCTION telemetry.count_dead_letters();
CREATE TRIGGER dead_letter_deleted AFTER DELETE ON telemetry.dead_letter
  REFERENCING OLD TABLE AS changed_letters FOR EACH STATEMENT EXECUTE FUNCTION telemetry.count_dead_letters();

DROP FUNCTION telemetry.dead_letters(bigint, int);

-- Ids of what could not be stored, newest first: the asker's, and what belongs to no organisation (nothing told whose it
-- was). It looks at max_scanned letters at most; resume_below is where to ask again, null at the end.
CREATE FUNCTION telemetry.search_dead_letters(
  below_id bigint, max_rows int, max_scanned int,
  asked_reason text, asked_topic text, asked_feed text, since timestamptz, until timestamptz,
  OUT ids bigint[], OUT resume_below bigint
) RETURNS record LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  SET jit = off
AS $$
DECLARE looked record;
BEGIN
  WITH scanned AS (
    SELECT s.* FROM (
      SELECT mine.* FROM unnest(public.asking_organisations()) AS asking(organisation_id), LATERAL (
        SELECT l.dead_letter_id, l.topic, coalesce(l.replay_reason, l.reason) AS reason, l.feed, l.received_at
        FROM telemetry.dead_letter l
        WHERE l.organisation_id = asking.organisation_id AND (below_id IS NULL OR l.dead_letter_id < below_id)
        ORDER BY l.dead_letter_id DESC LIMIT max_scanned
      ) AS mine
      UNION ALL
      (SELECT l.dead_letter_id, l.topic, coalesce(l.replay_reason, l.reason) AS reason, l.feed, l.received_at
        FROM telemetry.dead_letter l
        WHERE l.organisation_id IS NULL AND public.asking_organisations() IS NOT NULL
          AND (below_id IS NULL OR l.dead_letter_id < below_id)
        ORDER BY l.dead_letter_id DESC LIMIT max_scanned)
    ) AS s ORDER BY s.dead_letter_id DESC LIMIT max_scanned
  ), matching AS (
    SELECT s.dead_letter_id FROM scanned s
    WHERE (asked_reason IS NULL OR s.reason = asked_reason)
      AND (asked_topic IS NULL OR strpos(lower(s.topic), lower(asked_topic)) > 0)
      AND (asked_feed IS NULL OR s.feed = asked_feed)
      AND (since IS NULL OR s.received_at >= since) AND (until IS NULL OR s.received_at < until)
    ORDER BY s.dead_letter_id DESC LIMIT max_rows
  )
  SELECT (SELECT coalesce(array_agg(m.dead_letter_id ORDER BY m.dead_letter_id DESC), '{}') FROM matching m) AS found,
    (SELECT count(*) FROM matching) AS n, (SELECT min(m.dead_letter_id) FROM matching m) AS lowest_found,
    (SELECT count(*) FROM scanned) AS scanned, (SELECT min(s.dead_letter_id) FROM scanned s) AS lowest_scanned
  INTO looked;
  ids := looked.found;
  resume_below := CASE
    WHEN looked.n = max_rows THEN looked.lowest_found
    WHEN looked.scanned = max_scanned THEN looked.lowest_scanned
  END;
END $$;

CREATE FUNCTION telemetry.dead_letters(asked bigint[]) RETURNS TABLE (
  dead_letter_id bigint, received_at timestamptz, topic text, reason text, detail text, size int, beginning bytea, feed text,
  sha256 text, kept text, own boolean, replayable text, replay_requested_at timestamptz, replayed_at timestamptz,
  replay_outcome text, replay_stored int, replay_duplicate int, replay_refused int, replay_reason text, replay_detail text
) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
AS $$
  SELECT d.dead_letter_id, d.received_at, d.topic, d.reason, d.detail, d.size, substring(d.payload FROM 1 FOR 8000), d.feed,
    encode(d.sha256, 'hex'), d.kept, d.organisation_id IS NOT NULL,
    -- 'yes', or why not.
    CASE
      WHEN d.replay_outcome IN ('stored', 'duplicate') THEN 'replayed'
      WHEN d.organisation_id IS NULL THEN 'unowned'
      WHEN d.topic LIKE 'spBv1.0/%' THEN 'session'
      WHEN cardinality(d.elements) = 0 THEN 'session'
      WHEN d.kept = 'whole' THEN 'yes'
      WHEN d.kept = 'element' AND EXISTS (
        SELECT FROM telemetry.dead_letter c WHERE c.sha256 = d.sha256 AND c.kept = 'whole') THEN 'yes'
      ELSE 'incomplete'
    END,
    d.replay_requested_at, d.replayed_at, d.replay_outcome, d.replay_stored, d.replay_duplicate, d.replay_refused,
    d.replay_reason, d.replay_detail
  FROM telemetry.dead_letter d
  WHERE d.dead_letter_id = ANY (asked) AND public.asking_organisations() IS NOT NULL
    AND (d.organisation_id IS NULL OR d.organisation_id = ANY (public.asking_organisations()))
  ORDER BY d.dead_letter_id DESC
$$;

-- All that is kept of one message: of a refused element the payload that another letter of its message holds, where it still does.
CREATE FUNCTION telemetry.dead_letter_payload(asked bigint) RETURNS TABLE (topic text, kept text, payload bytea)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
AS $$
  SELECT d.topic, CASE WHEN carrier.payload IS NULL THEN d.kept ELSE 'whole' END, coalesce(carrier.payload, d.payload)
  FROM telemetry.dead_letter d LEFT JOIN LATERAL (
    SELECT c.payload FROM telemetry.dead_letter c
    WHERE d.kept = 'element' AND c.sha256 = d.sha256 AND c.kept = 'whole' LIMIT 1
  ) AS carrier ON true
  WHERE d.dead_letter_id = asked AND public.asking_organisations() IS NOT NULL
    AND (d.organisation_id IS NULL OR d.organisation_id = ANY (public.asking_organisations()))
$$;

-- Asks for letters to be replayed; telemetry does it within about a second. Only the asker's own, and only what can be.
CREATE FUNCTION telemetry.request_replay(asked bigint[]) RETURNS SETOF bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog
AS $$
  UPDATE telemetry.dead_letter AS letter SET replay_requested_at = coalesce(letter.replay_requested_at, clock_timestamp())
  FROM telemetry.dead_letters(asked) AS seen
  WHERE letter.dead_letter_id = seen.dead_letter_id AND seen.replayable = 'yes' AND seen.own
  RETURNING letter.dead_letter_id
$$;
GRANT UPDATE (replay_requested_at) ON telemetry.dead_letter TO sentia_definer;

-- An owner needs CREATE on the schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA telemetry TO sentia_definer;
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'telemetry'::regnamespace
      AND p.proname IN ('search_dead_letters', 'dead_letters', 'dead_letter_payload', 'request_replay')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sentia_app', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO sentia_definer', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA telemetry FROM sentia_definer;
