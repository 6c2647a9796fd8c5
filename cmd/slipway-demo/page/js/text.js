// Slack's mrkdwn, turned into nodes.

import { h, toast } from './dom.js';
import { emoji } from './emoji.js';
import { state, person } from './store.js';
import { showInCode } from './code.js';

const unescape = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** textObject shows a text object: marks count in mrkdwn only. */
export function textObject(t) {
  if (!t) return [];
  return t.type === 'plain_text' ? lines(emoji(t.text)) : mrkdwn(t.text);
}

/** plain is the bare text of a text object. */
export function plain(t) {
  return t ? emoji(unescape(t.text)) : '';
}

/** mrkdwn shows a text with marks, line by line. */
export function mrkdwn(text) {
  const out = [];
  const pieces = text.split(/```/);
  pieces.forEach((piece, i) => {
    if (i % 2 === 1 && i < pieces.length - 1) {
      out.push(h('pre', {}, unescape(piece.replace(/^\n|\n$/g, ''))));
      return;
    }
    out.push(...paragraphs(i % 2 === 1 ? '```' + piece : piece));
  });
  return out;
}

function paragraphs(text) {
  const out = [];
  let quote = null;
  text.split('\n').forEach((line, i) => {
    const quoted = line.match(/^&gt; ?(.*)$/);
    if (quoted) {
      if (!quote) out.push((quote = h('blockquote')));
      else quote.append(h('br'));
      quote.append(...inline(quoted[1]));
      return;
    }
    if (i > 0 && !quote) out.push(h('br'));
    quote = null;
    out.push(...inline(line));
  });
  return out;
}

function lines(text) {
  return text.split('\n').flatMap((line, i) => (i === 0 ? [line] : [h('br'), line]));
}

const MARKS = { '*': 'strong', _: 'em', '~': 's' };

/** inline shows a stretch of text within a line. */
export function inline(text) {
  const out = [];
  let bare = '';
  const flush = () => {
    if (bare) out.push(unescape(emoji(bare)));
    bare = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '`') {
      const end = text.indexOf('`', i + 1);
      if (end > i + 1) {
        flush();
        out.push(h('code', {}, unescape(text.slice(i + 1, end))));
        i = end;
        continue;
      }
    }
    if (c === '<') {
      const end = text.indexOf('>', i);
      if (end > 0) {
        flush();
        out.push(...reference(text.slice(i + 1, end)));
        i = end;
        continue;
      }
    }
    if (MARKS[c] && opens(text, i)) {
      const end = closing(text, i);
      if (end > 0) {
        flush();
        out.push(h(MARKS[c], {}, inline(text.slice(i + 1, end))));
        i = end;
        continue;
      }
    }
    bare += c;
  }
  flush();
  return out;
}

const isWord = (c) => c !== undefined && /[\p{L}\p{N}_]/u.test(c);

function opens(text, i) {
  return !isWord(text[i - 1]) && text[i + 1] !== undefined && text[i + 1] !== ' ' && text[i + 1] !== text[i];
}

function closing(text, i) {
  for (let j = i + 1; j < text.length; j++) {
    if (text[j] === '`' || text[j] === '<') {
      const end = text.indexOf(text[j] === '`' ? '`' : '>', j + 1);
      if (end > 0) j = end;
      continue;
    }
    if (text[j] === text[i] && j > i + 1 && text[j - 1] !== ' ' && !isWord(text[j + 1])) return j;
  }
  return -1;
}

/** reference shows what stands between angle brackets. */
function reference(inner) {
  const cut = inner.indexOf('|');
  const what = cut < 0 ? inner : inner.slice(0, cut);
  const label = cut < 0 ? '' : inner.slice(cut + 1);
  if (what.startsWith('@')) return [mention(what.slice(1), label)];
  if (what.startsWith('#')) return [channel(what.slice(1), label)];
  if (what.startsWith('!date^')) return [date(what, label)];
  if (what.startsWith('!')) {
    const name = what.startsWith('!subteam^') ? label || what.slice('!subteam^'.length) : what.slice(1);
    return [h('span', { class: 'mention' }, '@' + name.replace(/^@/, ''))];
  }
  return [link(unescape(what), label ? inline(label) : [unescape(what)])];
}

export function mention(id, label = '') {
  const name = id === state.chat?.bot ? 'slipway' : (person(id)?.name ?? (label || id));
  return h('span', { class: 'mention' + (id === state.me ? ' me' : '') }, '@' + name);
}

export function channel(id, label = '') {
  const place = state.chat?.places.find((p) => p.id === id);
  return h('span', { class: 'mention' }, '#' + (place?.name ?? (label || id)));
}

/** date shows a moment in the reader's own zone. */
function date(token, fallback) {
  const [, seconds, format = ''] = token.split('^');
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const clock = at.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const day = dayOf(at).replace('Today', 'today').replace('Yesterday', 'yesterday');
  const shown = format.replace(/\{time(_secs)?\}/g, clock).replace(/\{date[a-z_]*\}/g, day);
  return h('time', { datetime: at.toISOString(), title: at.toLocaleString() }, shown || fallback);
}

export function dayOf(at) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return at.toLocaleDateString([], { day: 'numeric', month: 'short' });
}

/**
 * link shows a link. The demo asks nothing of anybody else: what leads to the
 * simulated GitHub is shown beside the channel, and the rest only said.
 */
export function link(url, children) {
  return h('a', { href: '#', class: 'link', title: url, onclick: (event) => {
    event.preventDefault();
    if (!showInCode(url)) toast('This would open ' + url + '. The demo opens nothing outside of itself.');
  } }, children);
}
