import type { LinePlan } from './line-plan.ts';
import { randomOf, type LinePlace } from './line-place.ts';
import type { SiteDay } from './site-calendar.ts';
import { clip, type Span } from './spans.ts';

/** A production order: it begins with the changeover to its product and ends where the next one begins. */
export interface PlantOrder extends Span {
  order: string;
  product: string;
  quantity: number;
  /** At ideal speed. */
  piecesAnHour: number;
  /** The share of the ideal at which this order runs when nothing is wrong. */
  usualSpeed: number;
}

export interface OrderBook {
  /** Those that begin on the day, in order. */
  beginningOn(day: SiteDay): PlantOrder[];
  /** Those that touch the day: they tile it. */
  touching(day: SiteDay): PlantOrder[];
}

/** A line's longest holiday must be shorter. */
const MAX_DAYS_WITHOUT_CHANGEOVER = 8;
/** What planners count on of the ideal. */
const PLANNED_EFFICIENCY = 0.78;
/** Weekend crews are smaller. */
const WEEKEND_SPEED = 0.95;

/** The orders of one line. They run through midnight and through days off, so neighbouring days' plans are looked at. */
export function createOrderBook(place: LinePlace, planOf: (day: SiteDay) => LinePlan): OrderBook {
  const { calendar, spec, site } = place;

  function beginningOn(day: SiteDay): PlantOrder[] {
    const starts = planOf(day).changeovers.map((changeover) => changeover.fromS);
    const random = randomOf(place, day, 'orders');
    return starts.map((fromS, n) => {
      const product = spec.products[(day.number * 3 + n) % spec.products.length];
      if (product === undefined) throw new Error(`line ${spec.line} makes no products`);
      const toS = starts[n + 1] ?? nextStart(day);
      const ideal = (productionSeconds({ fromS, toS }, day) / 3600) * product.piecesAnHour;
      const lot = product.piecesAnHour >= 1000 ? 500 : 10;
      return {
        order: `${site.slice(0, 2).toUpperCase()}${spec.line.replace(/\D/g, '')}-${day.date.slice(2).replaceAll('-', '')}-${n + 1}`,
        product: product.product,
        quantity: Math.max(1, Math.round((ideal * PLANNED_EFFICIENCY) / lot)) * lot,
        piecesAnHour: product.piecesAnHour,
        usualSpeed: random.between(0.925, 0.96) * (day.weekday > 5 ? WEEKEND_SPEED : 1),
        fromS,
        toS,
      };
    });
  }

  function nextStart(day: SiteDay): number {
    let later = day;
    for (let days = 1; days <= MAX_DAYS_WITHOUT_CHANGEOVER; days++) {
      later = calendar.shift(later, 1);
      const first = planOf(later).changeovers[0];
      if (first !== undefined) return first.fromS;
    }
    throw new Error(
      `line ${spec.line} has no changeover in the ${MAX_DAYS_WITHOUT_CHANGEOVER} days after ${day.date}`,
    );
  }

  function productionSeconds(span: Span, firstDay: SiteDay): number {
    let seconds = 0;
    for (let day = firstDay; day.fromS < span.toS; day = calendar.shift(day, 1)) {
      for (const free of planOf(day).free) {
        const part = clip(free, span);
        if (part !== null) seconds += part.toS - part.fromS;
      }
    }
    return seconds;
  }

  function lastBefore(day: SiteDay): PlantOrder {
    let earlier = day;
    for (let days = 1; days <= MAX_DAYS_WITHOUT_CHANGEOVER; days++) {
      earlier = calendar.shift(earlier, -1);
      const last = beginningOn(earlier).at(-1);
      if (last !== undefined) return last;
    }
    throw new Error(
      `line ${spec.line} has no changeover in the ${MAX_DAYS_WITHOUT_CHANGEOVER} days before ${day.date}`,
    );
  }

  return { beginningOn, touching: (day) => [lastBefore(day), ...beginningOn(day)] };
}
