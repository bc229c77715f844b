/** A replay that cannot be done as asked: the message is the one clear line a person reads. */
export class ReplayRefusal extends Error {
  override name = 'ReplayRefusal';
}
