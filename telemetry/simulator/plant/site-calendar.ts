import { DateTime } from 'luxon';

/** One day of a site, from midnight to midnight in its zone: 23, 24 or 25 hours. Seconds are since 1970 UTC. */
export interface SiteDay {
  /** `2026-11-20` */
  date: string;
  fromS: number;
  toS: number;
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  /** Days since 1970-01-01 in the site's calendar. */
  number: number;
}

export interface SiteCalendar {
  dayAt(atS: number): SiteDay;
  /** The day that lies `days` after this one, or before where negative. */
  shift(day: SiteDay, days: number): SiteDay;
  /** The instant at which the site's clocks show that hour of that day; hours from 24 on belong to the days after. */
  clockTime(day: SiteDay, hour: number): number;
}

const KEPT_DAYS = 32;

/** Days and clock times of one zone. */
export function createSiteCalendar(timeZone: string): SiteCalendar {
  const days: SiteDay[] = [];

  function dayAt(atS: number): SiteDay {
    const known = days.find((day) => atS >= day.fromS && atS < day.toS);
    if (known !== undefined) return known;
    const start = DateTime.fromSeconds(atS, { zone: timeZone }).startOf('day');
    const day: SiteDay = {
      date: start.toFormat('yyyy-MM-dd'),
      fromS: start.toSeconds(),
      toS: start.plus({ days: 1 }).startOf('day').toSeconds(),
      weekday: start.weekday,
      number: Math.round(Date.UTC(start.year, start.month - 1, start.day) / 86_400_000),
    };
    days.unshift(day);
    days.splice(KEPT_DAYS);
    return day;
  }

  return {
    dayAt,
    shift: (day, days) => {
      let shifted = day;
      for (let n = 0; n < Math.abs(days); n++) shifted = dayAt(days > 0 ? shifted.toS : shifted.fromS - 1);
      return shifted;
    },
    clockTime: (day, hour) => {
      const midnight = DateTime.fromSeconds(day.fromS, { zone: timeZone }).plus({
        days: Math.floor(hour / 24),
      });
      const wholeHour = Math.floor(hour % 24);
      return midnight
        .set({ hour: wholeHour, minute: Math.round(((hour % 24) - wholeHour) * 60) })
        .toSeconds();
    },
  };
}
