import type { Problem } from '../../contracts/api/problem.ts';

type ProblemError = NonNullable<Problem['errors']>[number];

/** Why a request is not answered: what was wrong, where, and what to do. */
export interface Refusal {
  status: 400 | 404;
  detail: string;
  errors?: ProblemError[];
}

/** What a question of the API comes to; refusing is an ordinary outcome. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal };

export function answer<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

/** @param errors what is wrong with which query parameter. */
export function refuseQuery(errors: readonly { name: string; message: string }[]): {
  ok: false;
  refusal: Refusal;
} {
  return {
    ok: false,
    refusal: {
      status: 400,
      detail: errors.map(({ name, message }) => `${name} ${message}.`).join(' '),
      errors: errors.map((error) => ({ in: 'query', ...error })),
    },
  };
}

export function refuseUnknown(detail: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { status: 404, detail } };
}

/** @returns a name as it was asked for, short enough to repeat. */
export function quote(text: string): string {
  return `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`;
}
