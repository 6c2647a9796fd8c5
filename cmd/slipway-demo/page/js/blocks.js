// Block Kit, drawn. Where is the place of blocks: a message, a modal or the Home tab;
// press is called with what somebody presses there.

import { h } from './dom.js';
import { emoji } from './emoji.js';
import { textObject, plain, mrkdwn, link, mention, channel } from './text.js';
import { element } from './elements.js';
import { chart } from './chart.js';

/** blocks shows a list of blocks. */
export function blocks(list, press, context = {}) {
  return list.map((b) => block(b, press, context)).filter(Boolean);
}

function block(b, press, context) {
  switch (b.type) {
    case 'section':
      return section(b, press, context);
    case 'header':
      return h('h3', { class: 'b-header' }, emoji(b.text.text));
    case 'divider':
      return h('hr', { class: 'b-divider' });
    case 'context':
      return h('div', { class: 'b-context' }, b.elements.map((e) => (e.type === 'image' ? picture(e, 'small') : h('span', {}, textObject(e)))));
    case 'actions':
      return h('div', { class: 'b-actions' }, b.elements.map((e) => element(e, b, press, context)));
    case 'image':
      return h('figure', { class: 'b-image' }, b.title && h('figcaption', {}, textObject(b.title)), picture(b, 'large'));
    case 'input':
      return input(b, press, context);
    case 'markdown':
      return h('div', { class: 'b-section' }, mrkdwn(b.text));
    case 'alert':
      return h('div', { class: 'b-alert ' + (b.level ?? 'default'), role: 'note' }, textObject(b.text));
    case 'rich_text':
      return h('div', { class: 'b-section' }, rich(b.elements));
    case 'table':
    case 'data_table':
      return table(b, press, context);
    case 'data_visualization':
      return chart(b);
    default:
      return h('p', { class: 'b-unknown' }, 'This page cannot show a block of the type ' + b.type + '.');
  }
}

function section(b, press, context) {
  const accessory = b.accessory && h('div', { class: 'b-accessory' }, b.accessory.type === 'image' ? picture(b.accessory, 'beside') : element(b.accessory, b, press, context));
  return h('div', { class: 'b-section' + (accessory ? ' with-accessory' : '') },
    h('div', { class: 'b-body' },
      b.text && h('div', { class: 'b-text' }, textObject(b.text)),
      b.fields && h('div', { class: 'b-fields' }, b.fields.map((f) => h('div', { class: 'b-field' }, textObject(f))))),
    accessory);
}

/**
 * picture shows a picture of the page's own, and of others only what they are: the
 * demo asks nothing of anybody else.
 */
function picture(e, size) {
  const url = e.image_url ?? '';
  if (url.startsWith(location.origin + '/') || url.startsWith('/')) {
    return h('img', { class: 'b-picture ' + size, src: url, alt: e.alt_text });
  }
  return h('span', { class: 'b-picture missing ' + size, role: 'img', 'aria-label': e.alt_text, title: url }, e.alt_text);
}

function input(b, press, context) {
  const id = context.prefix + '-' + b.block_id;
  const wrong = context.errors?.[b.block_id];
  const several = ['radio_buttons', 'checkboxes'].includes(b.element.type);
  const field = element(b.element, b, press, { ...context, id, described: wrong ? id + '-wrong' : b.hint ? id + '-hint' : undefined, wrong: Boolean(wrong) });
  const label = [plain(b.label), b.optional && h('span', { class: 'optional' }, ' (optional)')];
  return h(several ? 'fieldset' : 'div', { class: 'b-input' + (wrong ? ' wrong' : '') },
    h(several ? 'legend' : 'label', several ? {} : { for: id }, label),
    field,
    b.hint && h('p', { class: 'hint', id: id + '-hint' }, plain(b.hint)),
    wrong && h('p', { class: 'error', id: id + '-wrong', role: 'alert' }, wrong));
}

function rich(list) {
  return list.map((e) => {
    switch (e.type) {
      case 'rich_text_list':
        return h(e.style === 'ordered' ? 'ol' : 'ul', {}, e.elements.map((item) => h('li', {}, richInline(item.elements))));
      case 'rich_text_quote':
        return h('blockquote', {}, richInline(e.elements));
      case 'rich_text_preformatted':
        return h('pre', {}, richInline(e.elements));
      default:
        return h('div', {}, richInline(e.elements));
    }
  });
}

function richInline(list) {
  return list.map((e) => {
    switch (e.type) {
      case 'text':
        return styled(e.style, e.text);
      case 'link':
        return link(e.url, [e.text ?? e.url]);
      case 'user':
        return mention(e.user_id);
      case 'channel':
        return channel(e.channel_id);
      case 'usergroup':
        return h('span', { class: 'mention' }, '@' + e.usergroup_id);
      case 'broadcast':
        return h('span', { class: 'mention' }, '@' + e.range);
      case 'emoji':
        return emoji(':' + e.name + ':');
      case 'date':
        return e.fallback ?? '';
      default:
        return '';
    }
  });
}

function styled(style = {}, text) {
  let node = text;
  if (style.code) node = h('code', {}, node);
  if (style.bold) node = h('strong', {}, node);
  if (style.italic) node = h('em', {}, node);
  if (style.strike) node = h('s', {}, node);
  return node;
}

function table(b, press, context) {
  const align = (i) => b.column_settings?.[i]?.align ?? 'left';
  const cell = (tag) => (c, i) => h(tag, { class: 'to-' + (c.type === 'raw_number' ? 'right' : align(i)) + (c.text?.length > 40 ? ' long' : c.text?.length < 18 ? ' short' : ''), scope: tag === 'th' ? 'col' : undefined }, cellContent(c, b, press, context));
  const [head, ...body] = b.rows;
  return h('div', { class: 'b-table', tabindex: '0', role: 'region', 'aria-label': b.caption ?? 'Table' },
    h('table', {},
      b.caption && h('caption', {}, b.caption),
      h('thead', {}, h('tr', {}, head.map(cell('th')))),
      h('tbody', {}, body.map((row) => h('tr', {}, row.map(cell('td')))))));
}

function cellContent(c, b, press, context) {
  switch (c.type) {
    case 'raw_number':
      return c.text ?? String(c.value);
    case 'rich_text':
      return rich(c.elements);
    case 'action':
      return element(c.element, b, press, context);
    default:
      return emoji(c.text ?? '');
  }
}

