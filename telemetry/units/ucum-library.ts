/** What we ask of @lhncbc/ucum-lhc. */
export interface UcumLibrary {
  /** Whether a code is UCUM as it stands. */
  isValid(code: string): boolean;
  /** A value in another unit; null where the two cannot be converted. */
  convert: (from: string, to: string, value: number) => number | null;
}

let loading: Promise<UcumLibrary> | null = null;

/** Loads the library when it is first needed: its tables take 60 ms and 10 MB that most plants never need. */
export function loadUcum(): Promise<UcumLibrary> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<UcumLibrary> {
  const library = await import('@lhncbc/ucum-lhc');
  const utilities = library.default.UcumLhcUtils.getInstance();
  return {
    isValid: (code) => utilities.validateUnitString(code, false).status === 'valid',
    convert: (from, to, value) => {
      const { status, toVal } = utilities.convertUnitTo(from, value, to, false);
      return status === 'succeeded' && toVal !== null && Number.isFinite(toVal) ? toVal : null;
    },
  };
}
