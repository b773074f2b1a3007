"""Who may do what with leads: plain predicates, one place. Everyone signed in sees everything on the board."""

from portal.models import Person

Function = Person.Function
HANDING_OVER = {Function.MARKETING, Function.INSIDE_SALES, Function.CUSTOMER_SUCCESS}


def can_add_lead(person):
    return person.side is not None or person.is_staff


def can_edit(person, lead):
    return can_add_lead(person)


def can_import(person):
    return person.function in {Function.MARKETING, Function.INSIDE_SALES} or person.is_staff


def can_hand_over(person, lead):
    return person.function in HANDING_OVER or lead.owner_id == person.pk


def can_answer(person, handoff):
    """The receiver, or anyone of the receiving team."""
    if handoff.receiver_id == person.pk:
        return True
    return handoff.receiving_unit_id is not None and handoff.receiving_unit_id == person.unit_id


def can_withdraw(person, handoff):
    return handoff.sender_id == person.pk


def can_reply(person, handoff):
    """Anyone of the sender's unit, or the sender's manager."""
    sender = handoff.sender
    same_unit = handoff.sending_unit_id is not None and handoff.sending_unit_id == person.unit_id
    return sender.pk == person.pk or same_unit or sender.manager_id == person.pk


def can_settle(person, handoff):
    """The two who disagreed, or one of their managers: a disagreement ends when they have talked."""
    two = [one for one in (handoff.sender, handoff.answered_by) if one is not None]
    return any(person.pk in {one.pk, one.manager_id} for one in two)


def can_carry(person, lead):
    """The owner records contacts and results, pauses, wins and loses."""
    return lead.owner_id == person.pk


def can_recycle(person, lead):
    return person.side is not None


def can_reassign(person, lead):
    return person.is_manager or person.is_staff


def can_ask_for_time(person, lead, clock):
    """Who the promise is waiting for, of the side that made it."""
    if person.side is None or person.side != clock.commitment.side:
        return False
    handoff = lead.handoff
    answers = handoff is not None and handoff.state == handoff.State.OFFERED and can_answer(person, handoff)
    replies = handoff is not None and handoff.state == handoff.State.RETURNED and can_reply(person, handoff)
    return answers or replies or can_carry(person, lead)


def can_grant_time(person, clock):
    """The other side than the one that made the promise."""
    return person.side is not None and person.side != clock.commitment.side


def can_undo(person, entry):
    return entry.by_id == person.pk


def can_see_lateness_of(viewer, person, manager):
    """By keys: lateness beside a name is for that person and their manager; for everyone else there is the team."""
    return viewer in (person, manager)
