import type { SiteSpec } from '../layout/plant-spec.ts';
import { computeLineDay, type LineDay } from './line-day.ts';
import { planLine, type LinePlan } from './line-plan.ts';
import type { LinePlace } from './line-place.ts';
import { createOrderBook, type PlantOrder } from './order-book.ts';
import { createMachine, type PlantMachine } from './plant-machine.ts';
import { rememberDays } from './remember-days.ts';
import { createSiteCalendar, type SiteDay } from './site-calendar.ts';

/** The simulated plant: what every machine shows at any instant follows from the seed and the instant alone. */
export interface Plant {
  readonly seed: string;
  readonly lines: readonly PlantLine[];
}

export interface PlantLine {
  readonly site: string;
  /** The site's. */
  readonly timeZone: string;
  readonly area: string;
  readonly line: string;
  readonly machines: readonly PlantMachine[];
  dayAt(atS: number): SiteDay;
  lineDay(day: SiteDay): LineDay;
  /** Orders that begin in [fromS, toS), by time. */
  ordersBeginning(fromS: number, toS: number): PlantOrder[];
  orderAt(atS: number): PlantOrder;
}

export function createPlant(seed: string, sites: readonly SiteSpec[]): Plant {
  return {
    seed,
    lines: sites.flatMap((site) => {
      const calendar = createSiteCalendar(site.timeZone);
      return site.lines.map((spec) => createLine({ seed, site: site.site, calendar, spec }, site.timeZone));
    }),
  };
}

function createLine(place: LinePlace, timeZone: string): PlantLine {
  const { calendar, spec, site } = place;
  const planOf = rememberDays((day: SiteDay): LinePlan => planLine(place, day));
  const book = createOrderBook(place, planOf);
  const lineDay = rememberDays((day: SiteDay) => computeLineDay(place, day, planOf, book));

  function ordersBeginning(fromS: number, toS: number): PlantOrder[] {
    const orders: PlantOrder[] = [];
    for (let day = calendar.dayAt(fromS); day.fromS < toS; day = calendar.shift(day, 1)) {
      orders.push(...book.beginningOn(day).filter((order) => order.fromS >= fromS && order.fromS < toS));
    }
    return orders;
  }

  function orderAt(atS: number): PlantOrder {
    const order = lineDay(calendar.dayAt(atS)).orders.find((each) => atS >= each.fromS && atS < each.toS);
    if (order === undefined) throw new Error(`line ${spec.line} has no order at ${atS}`);
    return order;
  }

  return {
    site,
    timeZone,
    area: spec.area,
    line: spec.line,
    machines: spec.machines.map((_, index) => createMachine(place, index, lineDay)),
    dayAt: (atS) => calendar.dayAt(atS),
    lineDay,
    ordersBeginning,
    orderAt,
  };
}
