export interface RetainedBound {
  /** Whether the broker may keep this payload for its topic; an empty one gives its room back. */
  admits(topic: string, bytes: number): boolean;
}

/** Bounds what the embedded broker retains in memory: publishers choose the topics, so there is no natural end. */
export function createRetainedBound(limits: { maxTopics: number; maxBytes: number }): RetainedBound {
  const sizes = new Map<string, number>();
  let total = 0;
  return {
    admits: (topic, bytes) => {
      const before = sizes.get(topic);
      const after = total - (before ?? 0) + bytes;
      if (bytes === 0) sizes.delete(topic);
      else if (after > limits.maxBytes || (before === undefined && sizes.size >= limits.maxTopics))
        return false;
      else sizes.set(topic, bytes);
      total = after;
      return true;
    },
  };
}
