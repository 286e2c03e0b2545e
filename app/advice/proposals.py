"""Advice that a coordination may adopt, as it is or changed; the wording is our own. Values in, values out."""

from __future__ import annotations

from typing import NamedTuple

from app.advice.rules import Occasion


class Proposal(NamedTuple):
    """A piece of advice that is proposed; `key` is stored with what is adopted, and so never changes."""

    key: str
    occasion: Occasion
    week: int | None
    french: str
    english: str
    url: str = ""

    def text(self, locale: str) -> str:
        """Return its text in the language `locale`, in French where there is none."""
        return self.english if locale == "en" else self.french


PROPOSALS = (
    Proposal(
        "access",
        Occasion.WEEK,
        2,
        "Demandez dès maintenant vos accès : réseau, messagerie, locaux, données. Ce sont eux qui se font attendre le "
        "plus longtemps.",
        "Ask for your access now: network, email, building, data. That is what takes longest to come.",
    ),
    Proposal(
        "hosting",
        Occasion.WEEK,
        4,
        "Qui hébergera votre outil, et à quelles conditions ? Une heure avec la DSI ce mois-ci évite des semaines "
        "d’attente plus tard.",
        "Who will host your tool, and on what terms? An hour with the IT department this month saves weeks of waiting "
        "later.",
    ),
    Proposal(
        "open_code",
        Occasion.WEEK,
        6,
        "Travaillez à code ouvert dès le début : un dépôt public et une licence aujourd’hui coûtent moins qu’une "
        "ouverture à la fin.",
        "Work in the open from the start: a public repository and a licence today cost less than opening at the end.",
        "https://code.gouv.fr/",
    ),
    Proposal(
        "open_data",
        Occasion.WEEK,
        9,
        "Votre défi produit ou nettoie des données ? Voyez lesquelles peuvent être ouvertes, et qui doit donner "
        "son accord.",
        "Does your challenge produce or clean data? See which could be opened, and who has to agree.",
        "https://www.data.gouv.fr/",
    ),
    Proposal(
        "five_users",
        Occasion.WEEK,
        12,
        "Montrez ce que vous avez à cinq personnes qui s’en serviront, et regardez-les faire : une version imparfaite "
        "suffit.",
        "Show what you have to five people who will use it, and watch them: an imperfect version will do.",
    ),
    Proposal(
        "accessibility",
        Occasion.WEEK,
        16,
        "Vérifiez l’accessibilité tant que tout peut encore changer : clavier seul, contrastes, titres, formulaires.",
        "Check accessibility while everything can still change: keyboard only, contrast, headings, forms.",
        "https://accessibilite.numerique.gouv.fr/",
    ),
    Proposal(
        "lasting",
        Occasion.WEEK,
        20,
        "Mi-parcours : qui fera vivre votre outil après vous, avec quel budget, à partir de quand ? Écrivez-le avec "
        "vos mentors, même en trois lignes.",
        "Halfway: who will keep your tool alive after you, with what budget, from when? Write it with your mentors, "
        "even in three lines.",
    ),
    Proposal(
        "recruiting",
        Occasion.WEEK,
        26,
        "Un recrutement ou un marché demande plusieurs mois. Si votre suite en dépend, c’est maintenant qu’il faut le "
        "lancer.",
        "Hiring or a contract takes months. If what comes next depends on one, now is the time to start.",
    ),
    Proposal(
        "documentation",
        Occasion.WEEK,
        33,
        "Faites installer votre outil par quelqu’un qui ne l’a jamais vu, avec votre seule documentation. Ce qui "
        "bloque est ce qui manque.",
        "Have somebody who has never seen your tool install it, with your documentation alone. Where they stop is what "
        "is missing.",
    ),
    Proposal(
        "handover",
        Occasion.WEEK,
        38,
        "Passez la main pendant que vous êtes encore là : accès, contacts, feuille de route, et ce qui vous a surpris.",
        "Hand over while you are still there: access, contacts, roadmap, and what surprised you.",
    ),
    Proposal(
        "code_not_opened",
        Occasion.CODE_NOT_OPENED,
        None,
        "Pas eu le temps d’ouvrir votre code ? Commencez par le plus petit : un dépôt, une licence, trois lignes "
        "d’explication.",
        "No time to open your code? Begin with the smallest: a repository, a licence, three lines of explanation.",
        "https://code.gouv.fr/",
    ),
    Proposal(
        "plan_empty",
        Occasion.PLAN_EMPTY,
        None,
        "Votre plan de pérennisation est encore vide. Une demi-heure avec vos mentors suffit pour un premier "
        "scénario : écrivez ce que vous savez déjà.",
        "Your plan to last is still empty. Half an hour with your mentors is enough for a first scenario: write what "
        "you know already.",
    ),
    Proposal(
        "first_call",
        Occasion.FIRST_CALL,
        None,
        "Première demande d’aide ? Dites ce que vous avez déjà essayé et pour quand il vous faut une réponse : on vous "
        "aidera plus vite.",
        "First request for help? Say what you have tried and by when you need an answer: help comes faster.",
    ),
)
