/** What browsers say when fetch finds nobody; any other TypeError is a mistake of ours. */
const NOBODY_THERE = /failed to fetch|networkerror|load failed/i;

export interface ExplainedError {
  title: string;
  detail: string;
  /** The server did not answer at all. */
  unreachable: boolean;
}

/** @returns an error in words for people. @param error a thrown Response as `{status, said}`, or whatever else was thrown. */
export function explainError(error: unknown, online: boolean): ExplainedError {
  const unreachable = error instanceof TypeError && NOBODY_THERE.test(error.message);
  if (!online) {
    return {
      title: 'This device is offline',
      detail: 'Load the page again to see its last state, with its age.',
      unreachable,
    };
  }
  if (unreachable) {
    return {
      title: 'The server cannot be reached',
      detail: 'Looking for the last state of this page.',
      unreachable,
    };
  }
  const refusal = isRefusal(error) ? error : null;
  const said = refusal !== null && typeof refusal.said === 'string' ? refusal.said : '';
  if (refusal?.status === 404) {
    return {
      title: 'There is no such page',
      detail: said || 'The address may be mistyped, or the machine may have another name now.',
      unreachable,
    };
  }
  return {
    title: 'This page could not be made',
    detail: said || 'The server says why in its log. Values go on being stored meanwhile.',
    unreachable,
  };
}

const isRefusal = (error: unknown): error is { status: number; said: unknown } =>
  typeof error === 'object' && error !== null && 'status' in error && 'said' in error;
