"""Control words of RTF by what they are to a reader of text (specification 1.9.1); others are passed over."""

from __future__ import annotations

# Words that stand for a character.
CHARACTERS = {
    b"tab": "\t",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"bullet": "\u2022",
    b"endash": "\u2013",
    b"emdash": "\u2014",
    b"enspace": "\u2002",
    b"emspace": "\u2003",
    b"qmspace": "\u2005",
    b"zwj": "\u200d",
    b"zwnj": "\u200c",
    b"ltrmark": "\u200e",
    b"rtlmark": "\u200f",
}
# Signs that do; an optional hyphen (\-) is seen only where a line ends at it, and lines end elsewhere here.
SIGNS = {b"\\": None, b"{": None, b"}": None, b"~": "\xa0", b"_": "-", b"-": ""}
# Signs that are written for a word: a line end, or a tab, behind a backslash.
AS_WORDS = {b"\n": b"par", b"\r": b"par", b"\t": b"tab"}
# Words at which a line ends.
BREAKS = frozenset({b"par", b"line", b"sect", b"page", b"column"})
# Groups that hold no text of the document. What stands at the edge of each page is none either: it would be in the text
# once, in front, and names the patient and the page.
NOWHERE = frozenset(
    b"""aftncn aftnsep aftnsepc annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart
    author background bkmkend bkmkstart blipuid buptim category colorschememapping colortbl comment company creatim
    datafield datastore doccomm docvar falt ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffname ffstattext
    filetbl footer footerf footerl footerr ftncn ftnsep ftnsepc generator header headerf headerl headerr hlinkbase
    info keycode keywords latentstyles levelnumbers leveltext linkval listlevel listname listoverride
    listoverridetable listpicture liststylename listtable manager mmathPict nextfile nonesttables nonshppict objalias
    objclass objdata objname objsect objtime oldcprops oldpprops oldsprops oldtprops operator panose password
    passwordhash pgp pgptbl picprop pict pn pnseclvl pntxta pntxtb printim private propname protusertbl revtbl
    revtim rsidtbl rxe shprslt staticval stylesheet subject tc tcn template themedata title txe userprops xe
    xmlnstbl""".split()
)
# Groups whose own text is none, but that hold groups that are text: drawings their boxes, a text its Unicode.
AROUND = frozenset({b"upr", b"shpinst", b"do", b"nesttableprops"})
WITHIN = frozenset({b"ud", b"shptxt", b"dptxbxtext"})
# Marked as to be passed over by readers that do not know them, and known here.
KNOWN = AROUND | WITHIN | {b"fldinst", b"formfield", b"ffl"}
# Text that is there and not meant to be read: hidden, struck out, and deleted or moved away by a reviser. Each is off
# with 0.
HIDING = frozenset({b"v", b"strike", b"striked", b"deleted", b"mvf"})
# Words that raise text or lower it again, and which of two ways to raise it each is about.
RAISING = {b"super": b"super", b"sub": b"super", b"nosupersub": b"super", b"up": b"up", b"dn": b"up"}
