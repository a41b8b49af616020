"""Reading pages back: their outline, and text that tries to break out of them."""

from html.parser import HTMLParser

HOSTILE = '<script>alert("x")</script> </style><img src=x onerror=alert(1)> {{ 7*7 }} \u202eesrever\u0007'
VOID = {"meta", "link", "img", "br", "hr", "use", "path", "rect", "circle", "line"}


class Outline(HTMLParser):
    """Collects tags and ids, and holds every element to be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    return parser
