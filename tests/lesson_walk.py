"""Walk through the lesson as a web server's CGI programs, and judge the pages.

    lesson_walk.py SOURCES walk FOLDER RELEASE CHECKED COMMAND...
    lesson_walk.py SOURCES claims PROGRAM COMMAND...

COMMAND... is what starts a program ("env -i NAME=value..."); the variables of
a request and the program follow it.

walk: each place of the lesson is shown by two programs, in English, and some
in German and French.  A line "WORD<tab>PLACE<tab>WHAT" is written for each
fault, and a line that begins with "#" for a figure.  The page of each step is
left in FOLDER.

claims: a line for each claim that fails ("STEP fails CLAIM") and for each
right answer ("STEP right NUMBER").

What the steps are is read from lesson/steps.c, their texts from www/.
"""
# SPDX-License-Identifier: ISC
import concurrent.futures
import fcntl
import glob
import html.parser
import os
import re
import subprocess
import sys

LARGEST = 400 * 1024            # bytes of a page
MEMORY = 64 * 1024              # KiB of a program, with Argon2's 19 MiB
MINUTES = (0, 1, 29, 31, 61, 481, 1440, 86400)
VOID = ("area base br col embed hr img input link meta source track "
        "wbr").split()
BLOCK = ("article aside details div dl fieldset figure footer form h1 h2 h3 "
         "h4 header hr main nav ol p pre section table ul").split()
ONLY_IN = {"li": ("ol", "ul"), "dt": ("dl", "div"), "dd": ("dl", "div"),
           "tr": ("table", "thead", "tbody", "tfoot"), "td": ("tr",),
           "th": ("tr",), "summary": ("details",)}
REFERS = ("aria-labelledby", "aria-describedby", "aria-controls", "for")


# ---- The sources ---------------------------------------------------------

def steps_read(sources):
    """Each step: name, answers, switches, minutes."""
    with open(sources + "/lesson/steps.c", encoding="utf-8") as file:
        text = file.read()
    steps = []
    for row in re.findall(r"\{\s*\"([a-z]+)\",\s*step_\w+,?([^}]*)\}", text):
        number = dict(re.findall(r"\.(\w+)\s*=\s*(\w+)", row[1]))
        steps.append({"name": row[0], "answers": int(number["answers"]),
                      "switches": int(number.get("switches", 0)),
                      "minutes": int(number.get("minutes", 0))})
    return steps


def texts_read(sources):
    """{key: {language: text}} of all words."""
    texts = {}
    for name in glob.glob(sources + "/www/*.txt"):
        key = None
        with open(name, encoding="utf-8") as file:
            for line in file:
                said = re.match(r"\t([a-z]+) +(.*)\n", line)
                if said:
                    texts[key][said[1]] = said[2]
                elif re.match(r"[a-z0-9]", line):
                    key = line.strip()
                    texts[key] = {}
    return texts


def pattern(text):
    """What a text may look like when its values are filled in."""
    return re.compile(".*".join(map(re.escape,
                                    re.split(r"\{\{.*?\}\}", text))))


# ---- Pages ---------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """What stands in a page, and what is wrong with its HTML."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.open = []          # [(tag, attributes)]
        self.ids = []
        self.refers = []
        self.links = []
        self.said = []          # [text] that a reader reads or hears
        self.lang = None
        self.items = []         # of interest: [class, text of its content]
        self.arrows = []        # [(href, is lit)]
        self.words = 0          # entries of their text alternative
        self.lit = 0
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append("never closed: " + self.open[-1][0])
        self.faults += ["an id twice: " + i for i in set(self.ids)
                        if self.ids.count(i) > 1]
        self.faults += ["no such id: " + i for i in self.refers
                        if i not in self.ids]

    def inside(self, tags):
        return any(tag in tags for tag, _ in self.open)

    def parent(self):
        return self.open[-1] if self.open else ("", {})

    def nesting(self, tag):
        if tag in BLOCK and self.inside(("p",)) and \
                not self.inside(("svg",)):
            self.faults.append(tag + " in a paragraph")
        if tag in ("a", "button") and self.inside(("a", "button")):
            self.faults.append(tag + " in a link")
        if tag in ONLY_IN and self.parent()[0] not in ONLY_IN[tag]:
            self.faults.append("%s in %s" % (tag, self.parent()[0]))
        if self.parent()[0] in ("ol", "ul") and tag != "li":
            self.faults.append("%s in a list" % tag)

    def attributes(self, tag, attrs):
        names = [name for name, _ in attrs]
        for name in set(names):
            if names.count(name) > 1:
                self.faults.append("%s twice at %s" % (name, tag))
        for name, value in attrs:
            if name in ("href", "src") and not value:
                self.faults.append("an empty %s of %s" % (name, tag))
            if name == "id":
                self.ids.append(value)
            if name in REFERS:
                self.refers += (value or "").split()
            if name == "aria-label" and not self.foreign(dict(attrs)):
                self.say(value or "")
            for place in re.findall(r"^url\(#(.*)\)$", value or ""):
                self.refers.append(place)
        if tag == "img" and "alt" not in names:
            self.faults.append("a picture without alt")

    def foreign(self, attrs):
        """Is this in another language than the page is?"""
        for attrs in [attrs] + [a for _, a in reversed(self.open)]:
            if "lang" in attrs:
                return attrs["lang"] != self.lang
        return False

    def noticed(self, tag, attrs):
        words = (attrs.get("class") or "").split()
        if tag == "html":
            self.lang = attrs.get("lang")
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"].split("#")[0] or
                attrs["href"])
            if attrs["href"].startswith("#"):
                self.refers.append(attrs["href"][1:])
        if tag == "a" and "arrow" in words:
            self.arrows.append((attrs.get("href", "").split("#")[0],
                "lit" in words))
        if self.parent()[1].get("class") == "words":
            self.words += 1
            self.lit += "lit" in words
        if tag == "li":
            self.items.append([words, ""])

    def handle_starttag(self, tag, attrs):
        self.nesting(tag)
        self.attributes(tag, attrs)
        self.noticed(tag, dict(attrs))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        if not self.inside(("svg",)) and tag not in VOID:
            self.faults.append(tag + " closes itself")
        self.attributes(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.faults.append("</%s> closes %s at line %d" % (
                tag, self.parent()[0], self.getpos()[0]))
        if any(tag == t for t, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if self.items and self.inside(("li",)):
            self.items[-1][1] += data
        if not self.inside(("script", "style", "pre", "code", "dt",
                            "dd")) and not self.foreign({}):
            self.say(data)

    def say(self, text):
        if text.strip():
            self.said.append(" ".join(text.split()))

    def claims(self, word):
        return [" ".join(text.split()) for words, text in self.items
                if word in words]


def answers_marked(text):
    """The places of the right answers in the list of answers."""
    listed = re.search(r'<ol class="answers">(.*?)</ol>', text, re.S)
    marks = re.findall(r'<li class="([^"]*)"', listed[1]) if listed else []
    return [i for i, mark in enumerate(marks, 1) if "right" in mark.split()]


# ---- Programs ------------------------------------------------------------

def memory_of(pid):
    """The most that it has had in memory, in KiB."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        found = re.search(r"VmHWM:\s*(\d+) kB", file.read())
    return int(found[1]) if found else 0


def cgi(command, program, query, lang="en"):
    """Returns head, page, and its memory while it waits to be read."""
    variables = ["GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET",
                 "SCRIPT_NAME=/cgi-bin/lesson", "SERVER_PROTOCOL=HTTP/1.1",
                 "SERVER_NAME=localhost", "SERVER_PORT=80",
                 "HTTP_HOST=localhost", "REMOTE_ADDR=127.0.0.1",
                 "HTTP_ACCEPT_LANGUAGE=" + lang, "QUERY_STRING=" + query]
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(command + variables + [program], stdout=write,
                          stderr=subprocess.PIPE) as child:
        os.close(write)
        with open(read, "rb") as pipe:
            answer = pipe.read(1)
            memory = memory_of(child.pid)
            answer += pipe.read()
        log = child.stderr.read().decode("utf-8", "replace")
    head, _, page = answer.decode("utf-8").partition("\n\n")
    if "\r\n\r\n" in answer.decode("utf-8"):
        head, _, page = answer.decode("utf-8").partition("\r\n\r\n")
    if child.returncode != 0:
        log += "exit %d" % child.returncode
    return {"head": head, "page": page, "memory": memory, "log": log}


# ---- The walk ------------------------------------------------------------

def places(steps):
    """All that a reader can choose, as queries: [(step, query)]."""
    found = []
    for number, step in enumerate(steps, 1):
        at = "step=%d" % number
        found.append((step, at))
        found += [(step, at + "&say=%d" % say)
                  for say in range(step["answers"] + 1)]
        found += [(step, at + "&say=0&with=%d" % on)
                  for on in range(1, 1 << step["switches"])]
        if step["minutes"]:
            found += [(step, at + "&say=0&minutes=%d" % minutes)
                      for minutes in MINUTES]
            found += [(step, at + "&say=0&with=%d&minutes=%d" % (
                (1 << step["switches"]) - 1, minutes))
                for minutes in MINUTES[:2] + MINUTES[-1:]
                if step["switches"]]
    return found


class Walk:
    def __init__(self, sources, folder, programs, command):
        self.steps = steps_read(sources)
        self.texts = texts_read(sources)
        self.folder = folder
        self.programs = programs
        self.command = command
        self.pages = {}         # {query: text}
        self.most = (0, "")
        self.largest = (0, "")
        self.faults = 0

    def fault(self, word, place, what):
        self.faults += 1
        if self.faults < 1000:
            print("%s\t%s\t%s" % (word, place, what))

    def fetch(self, wanted, program, lang="en"):
        """Show these places, two at a time: {query: what cgi() returns}."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return dict(zip(wanted, pool.map(lambda query: cgi(
                self.command, program, query, lang), wanted)))

    def answered(self, query, got):
        """What is the same for each answer."""
        if not got["head"].startswith("Status: 200 "):
            self.fault("status", query, got["head"].split("\n")[0] + " " +
                       got["log"])
        elif got["log"]:
            self.fault("log", query, got["log"])
        if re.search("^Set-Cookie", got["head"], re.M | re.I):
            self.fault("cookie", query, got["head"])
        size = len(got["page"].encode("utf-8"))
        self.largest = max(self.largest, (size, query))
        if size >= LARGEST:
            self.fault("size", query, "%d bytes" % size)

    def page(self, query, text, lang="en"):
        """What is the same for each page; returns it."""
        page = Page(text)
        for what in page.faults:
            self.fault("html", query, what)
        if page.lang != lang:
            self.fault("lang", query, page.lang)
        for said in page.said:
            if "{{" in said or "TODO" in said or said in self.texts and \
                    "." in said:
                self.fault("gap", query, said)
        return page

    def shown(self, query, text, page):
        """A step that was performed, and not only asked about."""
        arrows = len(page.arrows)
        if arrows == 0 or page.words != arrows:
            self.fault("words", query, "%d arrows, %d in words" % (
                arrows, page.words))
        if [lit for _, lit in page.arrows].count(True) != 1 or \
                page.lit != 1:
            self.fault("lit", query, "not one arrow is lit")
        if [None for href, _ in page.arrows if not href]:
            self.fault("lit", query, "an arrow that is no link")
        if len(answers_marked(text)) != 1:
            self.fault("right", query, answers_marked(text))
        if not page.claims("holds") + page.claims("fails"):
            self.fault("claims", query, "nothing is claimed")
        if not re.search("with=|minutes=", query):
            for claim in page.claims("fails"):
                self.fault("claims", query, claim)

    def english(self, query, page):
        """Texts of the table that are English in a German page."""
        german = {t["de"] for t in self.texts.values() if "de" in t}
        whole = "\n".join(page.said)
        for key, text in self.texts.items():
            if not {"en", "de"} <= set(text) or text["en"] in german:
                continue
            longest = max(re.split(r"\{\{.*?\}\}", text["en"]), key=len)
            longest = " ".join(longest.split())
            if text["en"] in page.said or len(longest) >= 12 and \
                    longest in whole and not any(
                        longest in t for t in german):
                self.fault("german", query, key + ": " + text["en"])
        # what is not from the table, and the same in both
        for said in set(page.said) & set(Page(self.pages[query]).said):
            if len(re.findall(r"\b[a-z]{2,}(?=[ ,.:;]|$)", said)) >= 3 and \
                    said not in german:
                self.fault("german", query, said)

    def english_walk(self):
        wanted = [query for _, query in places(self.steps)]
        first = self.fetch(wanted, self.programs[0])
        again = self.fetch(wanted, self.programs[1])
        for step, query in places(self.steps):
            got = first[query]
            text = self.pages[query] = got["page"]
            self.most = max(self.most, (got["memory"], query))
            self.answered(query, got)
            self.answered(query, again[query])
            if text != again[query]["page"]:
                self.fault("twice", query, difference(text,
                                                      again[query]["page"]))
            page = self.page(query, text)
            if "&say=" in query:
                self.shown(query, text, page)
            elif page.arrows or page.claims("holds") or \
                    answers_marked(text):
                self.fault("question", query, "it tells the answer")
            elif len(re.findall("&amp;say=[1-9]", text)) != \
                    step["answers"]:
                self.fault("question", query, "not each answer is a link")
        if self.most[0] > MEMORY:
            self.fault("memory", self.most[1], "%d KiB" % self.most[0])

    def switched(self):
        """A switch changes a claim, or what is right."""
        for number, step in enumerate(self.steps, 1):
            without = "step=%d&say=0" % number
            for turn in range(step["switches"]):
                query = without + "&with=%d" % (1 << turn)
                if outcome(self.pages[query]) == \
                        outcome(self.pages[without]):
                    self.fault("switch", query, "it changes nothing")
            turned = {outcome(self.pages[without + "&minutes=%d" % m])
                      for m in MINUTES} if step["minutes"] else {1, 2}
            if len(turned) == 1:
                self.fault("switch", without, "the clock changes nothing")

    def arrows(self):
        """Each arrow leads to itself, lit; one past the last one is none."""
        wanted = []
        for number in range(1, len(self.steps) + 1):
            query = "step=%d&say=0" % number
            wanted += [(query, n) for n in range(
                1, len(Page(self.pages[query]).arrows) + 1)]
        got = self.fetch(["%s&at=%d" % pair for pair in wanted],
                         self.programs[0])
        for query, number in wanted:
            place = "%s&at=%d" % (query, number)
            self.answered(place, got[place])
            page = self.page(place, got[place]["page"])
            if [i for i, (_, lit) in enumerate(page.arrows, 1)
                    if lit] != [number]:
                self.fault("lit", place, "another arrow is lit")
            if "lesson?" + place != page.arrows[number - 1][0]:
                self.fault("lit", place, "its own link leads elsewhere")
        return len(wanted)

    def other_languages(self):
        wanted = [query for step, query in places(self.steps)
                  if not re.search("say=[1-9]|minutes=", query)]
        for query, got in self.fetch(wanted, self.programs[0],
                                     "de").items():
            self.answered(query, got)
            self.english(query, self.page(query, got["page"], "de"))
        wanted = ["step=1"] + [query for query in wanted
                               if query.endswith("say=0")]
        for query, got in self.fetch(wanted, self.programs[0],
                                     "fr").items():
            # a French reader gets the English page, and a line that says so
            said = re.findall(r'<p class="note" lang="fr">.*\n', got["page"])
            if len(said) != 1:
                self.fault("french", query, "nothing says so in French")
            got["page"] = got["page"].replace("".join(said), "")
            if got["page"] != self.pages[query]:
                self.fault("french", query, difference(
                    got["page"], self.pages[query]))

    def links(self):
        """Each file that is linked to is shown; no link leads nowhere."""
        linked = {link for text in self.pages.values()
                  for link in Page(text).links if
                  link.startswith("lesson?")}
        files = sorted(link[7:] for link in linked if "file=" in link)
        for query, got in self.fetch(files, self.programs[0]).items():
            self.answered(query, got)
            self.page(query, got["page"])
        known = set(self.pages) | set(files)
        others = sorted(link[7:] for link in linked
                        if link[7:] not in known and "&at=" not in link)
        for query, got in self.fetch(others, self.programs[0]).items():
            self.answered(query, got)

    def keep(self):
        for number, step in enumerate(self.steps, 1):
            with open("%s/%d-%s.html" % (self.folder, number, step["name"]),
                      "w", encoding="utf-8") as file:
                file.write(self.pages["step=%d&say=0" % number])

    def run(self):
        self.english_walk()
        shown = len(re.findall("<li>", re.search(
            '<nav class="rail".*?</nav>', self.pages["step=1"],
            re.S)[0]))
        if shown != len(self.steps):
            self.fault("steps", "step=1", "%d of %d steps" % (
                shown, len(self.steps)))
        self.switched()
        arrows = self.arrows()
        self.other_languages()
        self.links()
        self.keep()
        print("# %d steps, %d places, %d arrows" % (
            len(self.steps), len(self.pages), arrows))
        print("# the largest page: %d bytes, %s" % self.largest)
        print("# the most memory: %d KiB, %s" % self.most)


def outcome(text):
    """What a step comes to: its claims, and which answer is right."""
    page = Page(text)
    return (tuple(page.claims("holds")), tuple(page.claims("fails")),
            tuple(answers_marked(text)))


def difference(one, two):
    lines = zip(one.split("\n"), two.split("\n"))
    return next(("%s / %s" % pair for pair in lines
                 if pair[0] != pair[1]), "more lines")[:300]


def claims(sources, program, command):
    texts = texts_read(sources)
    for number, step in enumerate(steps_read(sources), 1):
        text = cgi(command, program, "step=%d&say=0" % number)["page"]
        of_step = {key: pattern(said["en"]) for key, said in texts.items()
                   if key.startswith(step["name"] + ".claim.")}
        for said in Page(text).claims("fails"):
            said = said.removeprefix(texts["lesson.fails"]["en"]).strip()
            keys = [key.rsplit(".", 1)[1] for key, like in of_step.items()
                    if like.fullmatch(said)]
            print(step["name"], "fails", " ".join(keys) or said)
        print(step["name"], "right",
              " ".join(map(str, answers_marked(text))) or "none")


def main():
    sources, what = sys.argv[1:3]
    if what == "walk":
        Walk(sources, sys.argv[3], sys.argv[4:6], sys.argv[6:]).run()
    else:
        claims(sources, sys.argv[3], sys.argv[4:])


main()
