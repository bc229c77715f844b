export interface LateAcks {
  /** A message came; the returned function says that it is durable. */
  expect(messageId: number): () => void;
}

/**
 * Sends acknowledgements in the order in which the messages came (MQTT-4.6.0-2), each as soon as it and all before it
 * are durable. One of these belongs to one connection: an id means nothing on another.
 */
export function createLateAcks(send: (messageId: number) => void): LateAcks {
  let slots: { messageId: number; durable: boolean }[] = [];
  let head = 0;
  return {
    expect: (messageId) => {
      const slot = { messageId, durable: false };
      slots.push(slot);
      return () => {
        slot.durable = true;
        for (let next = slots[head]; next?.durable === true; next = slots[head]) {
          head++;
          send(next.messageId);
        }
        if (head === slots.length || head > 10_000) {
          slots = slots.slice(head);
          head = 0;
        }
      };
    },
  };
}
