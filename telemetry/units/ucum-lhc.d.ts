/** The package brings no types: these are the parts of it that we use. */
declare module '@lhncbc/ucum-lhc' {
  interface UcumUtilities {
    validateUnitString(code: string, suggest: boolean): { status: string | null };
    convertUnitTo(
      from: string,
      value: number,
      to: string,
      suggest: boolean,
    ): { status: string; toVal: number | null };
  }
  const library: { UcumLhcUtils: { getInstance(): UcumUtilities } };
  export default library;
}
