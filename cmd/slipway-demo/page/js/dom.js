// Elements are made here and nowhere else. Text becomes text nodes, so that nothing
// that somebody wrote is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** h makes an element; props that begin with "on" are listeners. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** svg makes an element of a drawing. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'selected') node[key] = value;
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== '');
}

/** replace puts children in the place of all that a node holds. */
export function replace(node, ...children) {
  node.replaceChildren(...flat(children));
}

/**
 * keyed shows items as the children of a node. What has the same key and is drawn
 * from the same data stays as it is, so that nothing flickers or loses the focus.
 */
export function keyed(node, items, keyOf, draw) {
  const old = new Map([...node.children].map((c) => [c.dataset.key, c]));
  const wanted = items.map((item) => {
    const key = String(keyOf(item));
    const sign = JSON.stringify(item);
    const had = old.get(key);
    old.delete(key);
    if (had && had.drawnFrom === sign) return had;
    const focus = had && had.contains(document.activeElement) ? document.activeElement.dataset.place : '';
    const fresh = draw(item);
    fresh.dataset.key = key;
    fresh.drawnFrom = sign;
    if (had) {
      had.replaceWith(fresh);
      if (focus) [...fresh.querySelectorAll('[data-place]')].find((e) => e.dataset.place === focus)?.focus();
    }
    return fresh;
  });
  for (const gone of old.values()) gone.remove();
  wanted.forEach((child, i) => {
    if (node.children[i] !== child) node.insertBefore(child, node.children[i] ?? null);
  });
}

/** toast says something for a moment. */
export function toast(text) {
  const shown = h('p', { class: 'toast' }, text);
  document.getElementById('toasts').append(shown);
  setTimeout(() => shown.remove(), 7000);
}

/** icon draws one of the page's own small pictures. */
export function icon(name) {
  const paths = {
    eye: 'M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Zm8 2.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8Z',
    send: 'M3 3.5 17.5 10 3 16.5l1.6-5.3L11 10 4.6 8.8 3 3.5Z',
    reply: 'M3 4h14v9.5H9L5 17v-3.5H3V4Zm3 3.2h8M6 10.3h5',
    close: 'M5 5l10 10M15 5 5 15',
    hash: 'M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5',
    house: 'M3 9.5 10 3.5l7 6M5 8.5v8h10v-8',
    more: 'M5 10h.01M10 10h.01M15 10h.01',
    chat: 'M3 4h14v10H9l-4 3.5V14H3V4Z',
    map: 'M3 5.5 8 3.5l4 2 5-2v11l-5 2-4-2-5 2v-11ZM8 3.5v11M12 5.5v11',
    branch: 'M6 6.5v7M6 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm0 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm8-9a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm0 0c0 3-8 2-8 5',
    pulse: 'M2.5 10.5H6L8.5 4l4 12 2.5-5.5h2.5',
    list: 'M4 5h12M4 10h12M4 15h8',
    sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M15.8 4.2l-1.4 1.4M5.6 14.4l-1.4 1.4',
    moon: 'M16.5 12A7 7 0 0 1 8 3.5 7 7 0 1 0 16.5 12Z',
    half: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 2v12a6 6 0 0 1 0-12Z',
  };
  const filled = ['send', 'half'].includes(name);
  return svg('svg', { viewBox: '0 0 20 20', class: 'icon' + (filled ? ' filled' : ''), 'aria-hidden': 'true' }, svg('path', { d: paths[name] }));
}
