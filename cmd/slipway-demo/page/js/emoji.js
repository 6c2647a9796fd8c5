// The emoji that slipway and people here use, by their names at Slack.

const NAMES = {
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', rocket: '🚀', hourglass: '⌛',
  hourglass_flowing_sand: '⏳', rewind: '⏪', lock: '🔒', unlock: '🔓', no_entry: '⛔', no_entry_sign: '🚫',
  red_circle: '🔴', large_green_circle: '🟢', large_yellow_circle: '🟡', large_blue_circle: '🔵', white_circle: '⚪',
  black_circle: '⚫', arrows_counterclockwise: '🔄', leftwards_arrow_with_hook: '↩️', eyes: '👀', thumbsup: '👍', '+1': '👍',
  thumbsdown: '👎', '-1': '👎', tada: '🎉', fire: '🔥', rotating_light: '🚨', bell: '🔔', information_source: 'ℹ️',
  question: '❓', exclamation: '❗', snowflake: '❄️', package: '📦', mag: '🔍', chart_with_upwards_trend: '📈', ship: '🚢',
  construction: '🚧', octagonal_sign: '🛑', wave: '👋', bulb: '💡', link: '🔗', memo: '📝', zzz: '💤', stopwatch: '⏱️',
  bust_in_silhouette: '👤', skull: '💀', ambulance: '🚑', raised_hand: '✋', smile: '😄', slightly_smiling_face: '🙂', heart: '❤️',
};

/** emoji puts pictures in the place of names. */
export function emoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : whole));
}
