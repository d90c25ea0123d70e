/** What goes with a message: pictures are shown, everything else is a link. */
const PICTURE = /\.(png|jpe?g|gif|webp|avif|svg)$/i;

/** Elements for `{ url, alt? }`; none where the address is none of the web, such as `javascript:`. */
export function createMedium({ url, alt }) {
  const address = webAddress(url);
  if (!address) return [];
  const link = document.createElement('a');
  link.className = 'medium';
  link.href = address.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  const words = alt || address.href;
  // The page's policy lets in pictures over https only.
  if (address.protocol === 'https:' && PICTURE.test(address.pathname))
    link.append(picture(address.href, alt ?? '', () => link.replaceChildren(words)));
  else link.textContent = words;
  return [link];
}

/** One that can not be loaded becomes its words. */
function picture(source, alt, onMissing) {
  const image = document.createElement('img');
  image.loading = 'lazy';
  image.referrerPolicy = 'no-referrer';
  image.alt = alt;
  image.onerror = onMissing;
  image.src = source;
  return image;
}

function webAddress(text) {
  try {
    const address = new URL(text);
    return /^https?:$/.test(address.protocol) ? address : undefined;
  } catch {
    return undefined;
  }
}
