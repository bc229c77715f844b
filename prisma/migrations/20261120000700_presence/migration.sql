-- Presence: machines whose births and deaths are told (Sparkplug B) are known to be gone, or not, whatever the age of
-- their values. A death touches one row, not each of its signals.

ALTER TABLE public.machine
  -- Its births and deaths are told.
  ADD COLUMN announced boolean NOT NULL DEFAULT false,
  -- Known gone since then; null: not known to be gone.
  ADD COLUMN gone_since timestamptz;

ALTER TABLE public.signal
  -- Whether age alone makes its value stale. False for what a birth announced: that is stale only when it is gone.
  ADD COLUMN ages boolean NOT NULL DEFAULT true,
  -- Of a signal that does not age: the last birth of its machine did not announce it any more.
  ADD COLUMN gone_since timestamptz;
