import type { RefusalReason } from '../../contracts/api/dead-letters.ts';

/** Why an input was refused, in words for people. */
export const REFUSAL_WORDS: Record<RefusalReason, string> = {
  empty_payload: 'The message was empty',
  payload_too_large: 'The message was too large',
  not_utf8: 'The message is not text (UTF-8)',
  not_json: 'The message is not valid JSON',
  bad_topic: 'The topic does not name a signal',
  bad_name: 'A name in the topic is not allowed',
  bad_value: 'The value cannot be read',
  bad_number: 'The number cannot be stored',
  bad_time: 'The time cannot be read',
  bad_quality: 'The quality is none that is known',
  bad_unit: 'The unit cannot be read',
  bad_shape: 'The message has another shape than expected',
  bad_order: 'The production order cannot be read',
  implausible_time: 'The time lies before the year 2000',
  future_time: 'The time lies in the future',
  conflict: 'Another value is stored for the same moment',
  creation_limit: 'Too many new machines or signals within the hour',
  foreign_site: 'The site belongs to another organisation',
  closed_range: 'The time lies in a range that was deleted by retention',
  unsupported_format: 'This format is not supported',
  bad_sparkplug: 'The payload is no Sparkplug B',
  unknown_metric: 'The birth did not announce this metric',
  no_session: 'The edge node or device has not been born',
};
