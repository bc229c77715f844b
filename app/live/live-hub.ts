import type { Clock } from '../../contracts/clock.ts';
import type { Snapshot } from '../../contracts/live.ts';
import { applyEvent } from './apply-event.ts';
import type { Connection, FromHub } from './live-messages.ts';
import { createSiteStream } from './site-stream.ts';

/** A page that watches a site. */
export interface HubMember {
  send(message: FromHub): void;
}

export interface LiveHub {
  /** @returns what the page may say to the hub afterwards. */
  join(site: string, member: HubMember): { taken(count: number): void; leave(): void };
}

/**
 * Holds one stream a site for all pages of this browser and hands each event to those who watch it. It must never
 * queue without bound for a page that does not take its messages: such a page gets a fresh snapshot once it does.
 */
export function createLiveHub(deps: {
  clock: Clock;
  openEventSource: (url: string) => EventSource;
}): LiveHub {
  const { clock } = deps;
  const rooms = new Map<string, Room>();

  return {
    join(site, member) {
      const room = rooms.get(site) ?? openRoom(site);
      room.cancelClosing();
      const seat: Seat = { member, unread: 0, behind: false };
      room.seats.add(seat);
      seat.member.send({ type: 'connection', connection: room.connection });
      sendSnapshot(room, seat);
      return {
        taken(count) {
          seat.unread = Math.max(0, seat.unread - count);
          if (!seat.behind || seat.unread > 0) return;
          seat.behind = false;
          sendSnapshot(room, seat);
        },
        leave() {
          if (!room.seats.delete(seat) || room.seats.size > 0) return;
          // Going from one page to the next leaves and joins again: the stream outlives that.
          room.cancelClosing = clock.after(LINGER_MS, () => {
            rooms.delete(site);
            room.close();
          });
        },
      };
    },
  };

  function openRoom(site: string): Room {
    const room: Room = {
      picture: null,
      heardAt: clock.now(),
      connection: { open: false, detail: 'Connecting' },
      seats: new Set(),
      cancelClosing: () => undefined,
      close: () => stream.close(),
    };
    rooms.set(site, room);
    const stream = createSiteStream({
      site,
      clock,
      openEventSource: deps.openEventSource,
      onConnection(connection) {
        room.connection = connection;
        send(room, { type: 'connection', connection });
      },
      onEvent(event) {
        room.heardAt = clock.now();
        if (event.name === 'snapshot') room.picture = event.data;
        else if (room.picture !== null) room.picture = applyEvent(room.picture, event);
        send(room, { type: 'event', event });
      },
    });
    return room;
  }

  function send(room: Room, message: FromHub) {
    for (const seat of room.seats) {
      if (seat.behind) continue;
      seat.unread += 1;
      if (seat.unread > MAX_UNREAD) seat.behind = true;
      else seat.member.send(message);
    }
  }

  function sendSnapshot(room: Room, seat: Seat) {
    if (room.picture === null) return;
    const heardAgoMs = clock.now() - room.heardAt;
    seat.member.send({ type: 'snapshot', snapshot: room.picture, heardAgoMs });
  }
}

/** About 20 s of frames. */
const MAX_UNREAD = 400;
const LINGER_MS = 5_000;

interface Seat {
  member: HubMember;
  /** Messages sent and not yet taken. */
  unread: number;
  behind: boolean;
}

interface Room {
  picture: Snapshot | null;
  heardAt: number;
  connection: Connection;
  seats: Set<Seat>;
  cancelClosing: () => void;
  close: () => void;
}
