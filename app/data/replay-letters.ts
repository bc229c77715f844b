import type { AppContext } from '../../server/app-context.ts';
import { askedOf, filterOf, isFiltered } from './letter-filter.ts';

const MOST_SELECTED = 1000;

/** The page's form: one letter, the selected ones, or all that the address' filter matches. @returns what to say about it. */
export async function replayLetters(context: AppContext, request: Request): Promise<{ said: string }> {
  const form = await request.formData();
  const asked = askedOf(new URL(request.url).searchParams);
  if (form.get('intent') === 'all' && isFiltered(asked))
    return { said: words(await context.replayDeadLetters({ filter: filterOf(asked) })) };
  const chosen = form.has('only') ? [form.get('only')] : form.getAll('letter');
  const ids = chosen.slice(0, MOST_SELECTED).map(Number).filter(Number.isSafeInteger);
  if (ids.length === 0) return { said: 'Select the letters that are to be replayed.' };
  return { said: words(await context.replayDeadLetters({ ids })) };
}

function words(letters: number): string {
  if (letters === 0) return 'None of them can be replayed.';
  return letters === 1
    ? 'The letter is being replayed, with the time of its arrival. What becomes of it shows here.'
    : `${letters} letters are being replayed, with the times of their arrival. What becomes of them shows here.`;
}
