"""Follows every link of the book's pages: files, and places in them. Addresses elsewhere are listed, not visited.

    python3 tests/book/links.py target/book/zh/book target/book/en/book
"""
import html.parser, pathlib, sys, urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        for name in ("href", "src"):
            if attributes.get(name):
                self.links.append(attributes[name])


links = broken = 0
elsewhere = set()
for root in map(pathlib.Path, sys.argv[1:]):
    pages = {path.resolve(): Page(path) for path in root.rglob("*.html")}
    # The list of chapters is on a page of its own, and its script puts it on the others.
    for path, page in pages.items():
        for link in page.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme or link.startswith("//"):
                elsewhere.add(link)
                continue
            links += 1
            to = path if not url.path else (path.parent / urllib.parse.unquote(url.path)).resolve()
            if to.is_dir():
                to /= "index.html"
            place = urllib.parse.unquote(url.fragment)
            if path.name == "404.html":
                continue
            if not to.exists() or (place and to in pages and place not in pages[to].places):
                broken += 1
                print(f"BROKEN: {path.relative_to(root.resolve())}: {link}")
    print(f"{root}: {len(pages)} pages")
print(f"{links} links, {broken} broken; {len(elsewhere)} addresses elsewhere: {', '.join(sorted(elsewhere))}")
sys.exit(1 if broken or not links else 0)
