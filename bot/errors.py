"""Everything that can go wrong, as one tree; each class holds the sentence that a person sees.

AttuneError
├── BadInput                    what somebody typed or sent
│   ├── EmptyQuestion
│   ├── QuestionTooLong
│   ├── OnlyALink
│   ├── BadScope
│   ├── BadSubject
│   │   └── BadChannel
│   ├── BadPerson
│   ├── BadVote
│   ├── BadLine
│   ├── BadTemplate
│   └── NotFound                an answer, source, release, person or group that is not there
├── SettingError
│   ├── UnknownSetting
│   ├── WrongSetting
│   └── UnreadableSettings
├── HomeError
│   ├── HomeNotWritable
│   ├── HomeTooNew
│   ├── HomeBusy
│   ├── HomeNotEmpty
│   ├── BadBackup
│   ├── DiskFull
│   └── RecordsUnreachable
├── StoreError
│   ├── StoreUnreachable
│   └── OtherVectorSpace
├── ModelError
│   ├── WeightsMissing
│   ├── ReleaseUnusable
│   ├── BadWeights
│   ├── BadAdapter
│   ├── ModelUnreachable
│   ├── ModelRefused
│   ├── ModelTooSlow
│   └── PromptTooLong
├── SourceError
│   ├── SourceUnreachable       and, in addresses.py, AddressRefused and AddressWithPassword
│   ├── UnreadableDocument
│   └── TooManyDeletions
└── PortTaken
"""


class AttuneError(Exception):
    """Something that Attune can put into one sentence for the person who is waiting.

    A subclass states its sentence once, as a format string; whoever raises it names the facts.
    """

    sentence = "Something went wrong inside Attune; the log says what."

    def __init__(self, **facts: object) -> None:
        """Keep the facts and make the sentence; a fact that the sentence names must be given."""
        self.facts = facts
        super().__init__(self.sentence.format(**facts))


class BadInput(AttuneError):
    """What somebody typed or sent cannot be used as it is."""


class EmptyQuestion(BadInput):
    """Nothing readable was asked."""

    sentence = "There is no question here: type what you want to know."


class QuestionTooLong(BadInput):
    """Longer than a person's question ever is."""

    sentence = "The question has {length:,} characters and I read up to {limit:,}: please shorten it."


class OnlyALink(BadInput):
    """A bare address; opening it is not what the bot does."""

    sentence = "That is only a link, and I do not open links: ask in words what you want to know."


class BadScope(BadInput):
    """A scope's name that could not be stored or compared safely."""

    sentence = "{given!r} cannot be a scope: use 1 to 128 visible characters, without commas."


class BadSubject(BadInput):
    """Not something that scopes can be granted to."""

    sentence = (
        "{given!r} cannot be granted anything: use platform:workspace:channel, user:PERSON, "
        "group:NAME, everyone or outsiders."
    )


class BadChannel(BadSubject):
    """Not the name of a channel."""

    sentence = "{given!r} is not a channel: use its name, for example general, or platform:workspace:channel."


class BadPerson(BadInput):
    """Not an identity of a person."""

    sentence = "{given!r} is not a person: use platform:workspace:user, for example terminal:local:ann."


class BadVote(BadInput):
    """A vote that says nothing that can be counted."""

    sentence = "{given!r} is not a vote: use up, down or none."


class BadLine(BadInput):
    """A line of JSON lines that cannot be read."""

    sentence = "This line cannot be used: {why}."


class BadTemplate(BadInput):
    """A prompt template that must not be rendered."""

    sentence = "This prompt template cannot be used: {why}."


class NotFound(BadInput):
    """Named, but not there."""

    sentence = "There is no {kind} {name!r} here. {hint}"


class SettingError(AttuneError):
    """A setting that cannot be used."""


class UnknownSetting(SettingError):
    """A typo in a setting's name."""

    sentence = "{where} sets {name}, which is not a setting of Attune. {hint}"


class WrongSetting(SettingError):
    """A value that the setting does not take."""

    sentence = "{name} is {given!r}, which it cannot be: {why}."


class UnreadableSettings(SettingError):
    """A file of settings that cannot be read at all."""

    sentence = "The settings in {path} cannot be read ({why}): correct the file, or move it away."


class HomeError(AttuneError):
    """The folder or database that everything is kept in."""


class HomeNotWritable(HomeError):
    """No right to write there."""

    sentence = "{home} cannot be written to ({why}): choose another folder with --home or ATTUNE_HOME."


class HomeTooNew(HomeError):
    """Written by a later version; touching it could lose what that version knows."""

    sentence = "{home} was written by a newer version of Attune (schema {schema}): install it, or use another --home."


class HomeBusy(HomeError):
    """Two processes where there may be one."""

    sentence = "Another attune process ({holder}) is {doing} this home already: {fix}."


class HomeNotEmpty(HomeError):
    """Something is there that must not be overwritten or mixed with."""

    sentence = "{home} holds something already: choose another folder with --home or ATTUNE_HOME."


class BadBackup(HomeError):
    """A file that the home cannot be written to, or cannot be restored from."""

    sentence = "{file} cannot be used as a backup: {why}."


class DiskFull(HomeError):
    """No space left; what was committed before stays."""

    sentence = "The disk that holds {home} is full: what was finished is kept; free some space and run it again."


class RecordsUnreachable(HomeError):
    """The database does not answer."""

    sentence = "The database at {url} cannot be used ({why}): {fix}."


class StoreError(AttuneError):
    """The passages cannot be searched or written."""


class StoreUnreachable(StoreError):
    """The engine that holds the passages does not answer."""

    sentence = "The passages cannot be used ({why}): {fix}."


class OtherVectorSpace(StoreError):
    """The passages were embedded by another model than the one in use."""

    sentence = "Passages are by {stored}, but {configured} is set: set ATTUNE_EMBEDDER_NAME back, or fill a new --home."


class ModelError(AttuneError):
    """The language model or the embedding model cannot do its work."""


class WeightsMissing(ModelError):
    """A model's files are not on this machine; nothing is fetched at run time."""

    sentence = "The weights of {model} are not here: {fix}."


class ReleaseUnusable(ModelError):
    """The release that answers names a model that cannot be had as things are set."""

    sentence = "Release {release} cannot answer with {model}: {why}; or go back to quoting with 'attune releases off'."


class BadWeights(ModelError):
    """A model's files are here, but cannot be used."""

    sentence = "The model in {folder} cannot be used ({why}): put its files back, or set ATTUNE_MODEL_NAME to another."


class BadAdapter(ModelError):
    """An adapter that the model cannot be run with; the model itself works."""

    sentence = "The adapter {adapter} cannot be used ({why}): go back to a release without it, or tune again."


class ModelUnreachable(ModelError):
    """The model's server does not answer."""

    sentence = "The model at {url} cannot be reached ({why}): please try again later, or run 'attune doctor'."


class ModelRefused(ModelError):
    """The model's server answered with an error of its own."""

    sentence = "The model at {url} refused the request: {why}."


class ModelTooSlow(ModelError):
    """The time allowed for an answer ran out."""

    sentence = "The model did not finish within {seconds:g} seconds: please try again, or ask for less at once."


class PromptTooLong(ModelError):
    """Even without any passage the prompt does not fit."""

    sentence = "The question needs {tokens:,} tokens and the model reads up to {window:,}: please shorten it."


class SourceError(AttuneError):
    """Documents cannot be had."""


class SourceUnreachable(SourceError):
    """The place that a source names is not there."""

    sentence = "The source {name!r} cannot be read at {uri} ({why}): nothing was changed; check address and rights."


class UnreadableDocument(SourceError):
    """One document that cannot come in; the others do."""

    sentence = "{why}"


class TooManyDeletions(SourceError):
    """More than half of a source vanished, which is rarely meant."""

    sentence = (
        "{gone} of the {known} documents of {name!r} are no longer at {uri}: nothing was changed. "
        "If that is right, run it again with --allow-deletions."
    )


class PortTaken(AttuneError):
    """Another program listens there."""

    sentence = "Port {port} on {host} is in use by another program: set {setting} to a free one."
