"""Words that serve the grammar of a language, and in which language a question is read by them.

Even a short question has some ("Wie hoch war der Umsatz?"), where a statistical detector has too
little to go by, and takes time to load.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from mmrag.text.words import STOP_WORDS, plain, plain_words

ENGLISH = "en"
_TEXTS: Mapping[str, str] = {
    "ar": """
من في على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين كيف كم هل لماذا أي أية هو
هي هم كان كانت يكون أن إن قد لقد لا لم لن إلا أو أم ثم بل كل بعض غير بين عند عندما حتى منذ بعد قبل
تحت فوق دون خلال حول كما ليس وهو وهي له لها لهم به بها بهم فيه فيها منه منها عليه عليها عنه عنها
""",
    "da": """
af alle at blev blive da de dem den denne der deres det dette dig din du efter eller en end er et
for fra få ha han har havde hendes her hos hun hvad hvem hvilke hvilken hvilket hvis hvor hvordan
hvorfor hvornår i ikke ind jeg kan kunne man mange med meget men mere mod nogle nu når og også om
op os over på samt sig sin skal skulle som så til ud under var ved vi vil ville være været
""",
    "de": """
ab aber alle allem allen aller als also am an auch auf aus bei beim bin bis da damit dann das dass
dem den denn der deren des dessen die dies diese diesem diesen dieser dieses doch durch ein eine
einem einen einer eines er es etwa für gegen gibt hat hatte hatten habe haben ich ihr ihre ihrem
ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinen können man mehr
mit muss nach nicht noch nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind
so soll sowie über um und uns unser unsere unter viel viele vom von vor wann war waren warum was
welche welchem welchen welcher welches wem wen wenn wer werden wessen wie wieso wir wird wo woher
wohin wovon wurde wurden während zu zum zur zwischen
""",
    "es": """
a al algo ante aquel aquella bajo cada como con cuando cual cuales cuando cuanta cuantas cuanto
cuantos de del desde donde durante e el ella ellas ellos en entre era eran es esa ese eso esta
estaba estas este esto estos está están fue fueron ha han hasta hay había la las le les lo los me
mi muy más ni no nos nuestra nuestro o otra otro para pero por porque pues que quien quienes qué
quién cómo cuál cuáles cuándo cuánta cuántas cuánto cuántos dónde se según ser si sido sin sobre
son su sus también tan te tiene tienen tuvo u un una unas uno unos y ya él
""",
    "fr": """
a afin ai aux au aussi autre avait avec avoir c car ce ceci cela celle celles celui ces cet cette
ceux chaque chez ci comme comment combien d dans de depuis des dont donc du elle elles en entre
est et étaient était été être eu il ils j je jusqu jusque l la laquelle le lequel les lesquelles
lesquels leur leurs lors lui là m ma mais me mes moins même n ne ni nos notre nous on ont ou où
par pas pendant peu plus pour pourquoi près puis qu quand que quel quelle quelles quels qui quoi s
sa sans se sera ses si son sont sous sur t ta te tes ton tous tout toute toutes très tu un une
vers vos votre vous y à
""",
    "it": """
a ad agli ai al alla alle allo anche c che chi ci come con contro cosa cui da dagli dai dal dalla
dalle dallo degli dei del dell della delle dello di dove dopo e è ed era erano essere fra gli ha
hanno i il in io l la le lei li lo loro lui ma mentre mi ne negli nei nel nella nelle nello noi
non nostro o ogni per perché più prima qual quale quali quando quanta quante quanti quanto quella
quelle quello questa queste questi questo sarà se sei senza si sia siamo sono sopra sotto su sua
sue sugli sui sul sulla sulle suo suoi tra tu tutti tutto un una uno vi voi
""",
    "nl": """
aan al alle als bij dan dat de deze die dit door dus een en er haar had hadden heb hebben heeft
het hij hoe hoeveel hun ik in is je kan kunnen maar meer men met mijn moet na naar niet nog nu of
om onder ons onze ook op over per te tegen tijdens toch toen tot tussen uit van vanaf veel voor
waar waarom wanneer was waren wat welk welke werd werden wie wij worden wordt zal ze zich zij zijn
zo zonder zou
""",
    "no": """
alle at av ble blir da de deg dem den denne der deres det dette din du eller en er et etter for
fra få ha hadde han har hennes her hos hun hva hvem hvilke hvilken hvilket hvis hvor hvordan
hvorfor i ikke inn jeg kan kunne man mange med meg men mer mot når noen nå og også om opp oss over
på samt seg sin skal skulle som så til under ut var ved vi vil ville være vært
""",
    "pl": """
a aby ale albo bez być był była było były co czy czego czym dla do dlaczego gdy gdzie go i ich ile
im ja jak jaka jaki jakie jakiej jakim jako jego jej jest jeśli już każdy kiedy kim kto która
które którego której który których którym lub ma mają między mnie może na nad nie niż o od on ona
one oni oraz po pod podczas przed przez przy są się ta także tam te tego tej ten to tu tylko tym u
w we wiele więc wszystkie z za ze że został została zostały
""",
    "pt": """
a ao aos as até cada com como da das de dela dele desde do dos durante e ela elas ele eles em
entre era eram essa esse esta este está estão eu foi foram há isso isto já lhe mais mas me mesmo
muito na nas nem no nos nossa nosso num numa não nós o onde os ou para pela pelas pelo pelos por
porque por qual quais quando quanta quantas quanto quantos que quem se sem ser seu seus sob sobre
sua suas são também tem têm tinha um uma uns à às é
""",
    "ru": """
а без более бы был была были было быть в вам вас во вот все всех всё где да для до его ее её если
есть еще ещё же за и из или им их к как какая какие каким каких какого какой какова каков каковы
когда кого кому которая которого которое которой которые который которых кто куда ли между меня
мне может мы на над не него нее неё нет ни них но о об однако он она они оно от перед по под после
почему при про с свой себя со сколько так также там те тем то того тоже той только том тот ту ты у
уже чего чей чем что чтобы чья эта эти этих это этого этой этом этот я
""",
    "sv": """
alla att av bli blev blir de dem den denna deras dess det detta dig din du där efter eller en er
ett från för ha hade han har hennes hon hos hur i in inom inte jag kan kunde man med men mer mot
mycket ni nu när någon några och också om oss på sedan sig sin ska skall skulle som så till under
upp ut utan vad var varför varje vem vi vid vilka vilken vilket vill vår än är över
""",
    "tr": """
ama ancak bir biz bu bunlar bunu çok da daha de değil diye en gibi göre hangi hangisi her için ile
ise kaç kadar kim kimin mi mı mu mü nasıl ne neden nedir nerede niçin o olan olarak oldu olduğu on
onlar onun sonra şu tüm var ve veya ya yok zaman
""",
}
"""By language: articles, pronouns, prepositions, conjunctions, auxiliaries, and the words of
questions. Words that may be the matter of a text are none. Of a language without a line, a question
is read as one in any other (`languages`)."""
KNOWN = frozenset(_TEXTS)
"""Languages other than English whose function words are known."""


def languages(question: str, held: Collection[str]) -> tuple[str, ...]:
    """The languages of an index in which a question is read: those it has most function words of.

    Several where it has as many of each, all of them where it has none; English is always one to
    choose.
    """
    choices = tuple(dict.fromkeys((ENGLISH, *held)))
    if len(choices) == 1:
        return choices
    asked = frozenset(plain_words(question))
    counts = {language: len(asked & of((language,))) for language in choices}
    most = max(counts.values())
    return tuple(language for language in choices if counts[language] == most)


def share(words: Sequence[str], wanted: Iterable[str]) -> float:
    """How many of some plain words serve the grammar of the languages, 0 to 1."""
    known = of(wanted)
    return sum(word in known for word in words) / len(words) if words else 0.0


def of(wanted: Iterable[str]) -> frozenset[str]:
    """The function words of some languages in small letters, with their accents and without."""
    return _union(frozenset(wanted))


@cache
def _union(wanted: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*map(_words, wanted))


@cache
def _words(language: str) -> frozenset[str]:
    if language == ENGLISH:
        return STOP_WORDS
    written = _TEXTS.get(language, "").split()
    return frozenset((*written, *map(plain, written)))
