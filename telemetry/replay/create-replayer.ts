import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { Ingest } from '../ingest.ts';
import { claimLetters, giveUpLetter, type ClaimedLetter } from './claim-letters.ts';

// Takes dead letters in again that people asked for, by the one way in and with the time of their original arrival. It
// must never store anything itself, nor take in a letter that another run is replaying.

/** Letters at a time: live data pass between the slices. */
const SLICE = 50;
/** A run that holds a claim for longer is gone, or its batch waits in its spool and will find the claim lost. */
const CLAIM_MS = 60_000;

export interface Replayer {
  /** Replays all that is asked for. @returns how many letters were taken in. */
  replayAsked(): Promise<number>;
}

export function createReplayer(deps: {
  database: Database;
  ingest: Pick<Ingest, 'accept'>;
  clock: Clock;
  log: Logger;
  writer: string;
  /** This run of the writer: what an earlier run of it claimed is free again. */
  run: string;
}): Replayer {
  const { database, ingest, clock, log, writer } = deps;
  const claim = `${writer} ${deps.run}`;

  async function replay(letter: ClaimedLetter): Promise<void> {
    if (letter.payload === null) {
      await database.transaction({ role: 'sentia_writer' }, (sql) =>
        giveUpLetter(
          sql,
          letter.letterId,
          claim,
          'The payload that held it was removed: it cannot be replayed.',
        ),
      );
      return;
    }
    await ingest.accept({
      feed: letter.feed,
      topic: letter.topic,
      payload: letter.payload,
      qos: 1,
      receivedAtMs: letter.receivedAt.getTime(),
      organisation: letter.publisher,
      retained: letter.retained,
      replay: { letterId: letter.letterId, elements: letter.elements, claim },
    });
  }

  return {
    replayAsked: async () => {
      let replayed = 0;
      for (;;) {
        const letters = await database.transaction({ role: 'sentia_writer' }, (sql) =>
          claimLetters(sql, { claim, writer, staleBefore: new Date(clock.now() - CLAIM_MS), limit: SLICE }),
        );
        await Promise.all(letters.map(replay));
        replayed += letters.length;
        if (letters.length > 0) log.info({ letters: letters.length }, 'dead letters were replayed');
        if (letters.length < SLICE) return replayed;
      }
    },
  };
}
