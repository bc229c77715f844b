import { superviseProcess } from '../../contracts/supervised-process.ts';

/** A child that only comes to listen to its supervisor when that has gone already. It would live on for a minute. */
process.once('disconnect', () => {
  setTimeout(() => superviseProcess({ stop: () => Promise.resolve() }), 50);
  setTimeout(() => process.exit(7), 60_000);
});
process.send?.('waiting');
