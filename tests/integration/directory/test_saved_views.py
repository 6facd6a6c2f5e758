"""Saved views on a real log: who sees and changes which, what is sealed, and what is left of whoever leaves or is forgotten."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from cairn.directory.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from directory import commands, queries
from shared.roles import MEMBER
from tests.integration.directory.test_directory import OPERATING, Running, call_of, running, running_on  # noqa: F401 - a fixture


async def saved(running: Running, call: Call, name: str, address: str = "/objectives", *, shared: bool = False) -> Id:  # noqa: F811
    """The id of a new view."""
    request = api.SaveViewRequest(name=name, address=address, shared=shared)
    return (await commands.save_view(running.directory, call, request)).event_ids[0]


async def names(running: Running, call: Call, *, own: bool | None = None) -> list[str]:  # noqa: F811
    return [view.name for view in (await queries.list_views(running.directory, call, api.ListViewsRequest(own=own))).views]


async def verdict(running: Running, call: Call, view_id: Id) -> list[str]:  # noqa: F811
    """What somebody is told who looks at a view, changes it and removes it."""
    told = []
    for asked in (
        queries.get_view(running.directory, call, api.GetViewRequest(view=id_text(view_id))),
        commands.revise_view(running.directory, call, api.ReviseViewRequest(view_id=view_id, name="Mine now")),
        commands.remove_view(running.directory, call, api.RemoveViewRequest(view_id=view_id)),
    ):
        try:
            await asked
            told.append("")
        except Refused as refused:
            told.append(refused.reason)
    return told


async def people(running: Running) -> tuple[Call, Call, Call]:  # noqa: F811
    """An admin, and two others of their tenant."""
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    ann, bob = [(await running.person(admin, handle)).aggregate_ids[0] for handle in ("ann", "bob")]
    return admin, call_of(tenant_id, ann, MEMBER), call_of(tenant_id, bob, MEMBER)


async def test_a_view_is_its_owners_alone_until_it_is_shared_and_theirs_to_change_then_too(running: Running) -> None:  # noqa: F811
    admin, ann, bob = await people(running)
    private, shared = await saved(running, ann, "At risk"), await saved(running, ann, "Sales", shared=True)
    await saved(running, bob, "at risk", "/kpis")  # a name is one's own
    assert (await names(running, ann), await names(running, ann, own=True), await names(running, ann, own=False)) == (
        ["At risk", "Sales"], ["At risk", "Sales"], []
    )  # fmt: skip
    assert (await names(running, bob), await names(running, bob, own=False)) == (["Sales", "at risk"], ["Sales"])
    elsewhere = running.admin_of(await running.tenant("other"))
    for call, of_shared in ((bob, "NOT_ITS_OWNER"), (admin, "NOT_ITS_OWNER"), (elsewhere, "VIEW_UNKNOWN")):
        assert await verdict(running, call, private) == ["VIEW_UNKNOWN"] * 3
        assert (await verdict(running, call, shared))[1:] == [of_shared] * 2
    assert await names(running, elsewhere) == []
    by_name = (await queries.get_view(running.directory, ann, api.GetViewRequest(view="AT RISK"))).view
    assert (by_name.view_id, by_name.owner_id, by_name.address) == (private, ann.identity.person_id, "/objectives")
    with pytest.raises(Refused, match="no saved view 'Sales'"):
        await queries.get_view(running.directory, bob, api.GetViewRequest(view="Sales"))  # another's by its id alone
    await commands.revise_view(running.directory, ann, api.ReviseViewRequest(view_id=shared, shared=False))
    assert await names(running, bob) == ["at risk"]
    assert await verdict(running, ann, private) == [""] * 3
    assert await names(running, ann) == ["Sales"]
    with pytest.raises(Refused) as refused:
        await queries.list_views(running.directory, OPERATING, api.ListViewsRequest())
    assert refused.value.kind is Kind.FORBIDDEN


async def test_views_come_page_by_page_in_the_order_in_which_they_were_saved(running: Running) -> None:  # noqa: F811
    _, ann, bob = await people(running)
    views = [await saved(running, (ann, bob)[n % 2], f"view {n}", shared=n % 3 == 0) for n in range(8)]
    await commands.remove_view(running.directory, ann, api.RemoveViewRequest(view_id=views[4]))
    told, token = list[str](), ""
    while True:
        page = await queries.list_views(running.directory, ann, api.ListViewsRequest(page_size=2, page_token=token))
        told += [view.name for view in page.views]
        if not (token := page.next_page_token):
            break
        assert len(page.views) == 2
    assert told == ["view 0", "view 2", "view 3", "view 6"]


async def test_who_decided_on_views_that_were_changed_since_is_refused(running: Running) -> None:  # noqa: F811
    _, ann, _ = await people(running)
    view_id = await saved(running, ann, "At risk")
    seen = (await queries.get_view(running.directory, ann, api.GetViewRequest(view=id_text(view_id)))).version
    await commands.revise_view(running.directory, ann, api.ReviseViewRequest(view_id=view_id, name="Behind", expected_version=seen))
    with pytest.raises(Refused) as refused:
        await commands.remove_view(running.directory, ann, api.RemoveViewRequest(view_id=view_id, expected_version=seen))
    assert refused.value.kind is Kind.STALE


async def test_what_somebody_shared_is_away_while_they_are(running: Running) -> None:  # noqa: F811
    admin, ann, bob = await people(running)
    view_id = await saved(running, ann, "Sales", shared=True)
    person_id = ann.identity.person_id
    await commands.leave_person(running.directory, admin, api.LeavePersonRequest(person_id=person_id))
    assert (await names(running, bob), (await verdict(running, bob, view_id))[0]) == ([], "VIEW_UNKNOWN")
    with pytest.raises(Refused):
        await saved(running, ann, "Another")
    await commands.reinstate_person(running.directory, admin, api.ReinstatePersonRequest(person_id=person_id))
    assert await names(running, bob) == ["Sales"]


async def test_the_log_does_not_tell_what_a_view_is_called_and_whoever_is_forgotten_leaves_none(running: Running) -> None:  # noqa: F811
    _, ann, bob = await people(running)
    view_id = await saved(running, ann, "Confidential plans", "/objectives?text=takeover", shared=True)
    async with await psycopg.AsyncConnection.connect(running.dsn, autocommit=True) as connection:
        payloads = [bytes(row[0]) for row in await (await connection.execute("SELECT payload FROM event")).fetchall()]
        assert not any(word in payload for payload in payloads for word in (b"Confidential", b"takeover"))
        await connection.execute("DELETE FROM person_key WHERE person_id = %s", (UUID(bytes=ann.identity.person_id),))
    assert await names(running, bob) == []
    assert (await verdict(running, bob, view_id))[0] == "VIEW_UNKNOWN"
    await saved(running, ann, "Anew", "/kpis", shared=True)  # under a new key, if they are about still
    assert await names(running, bob) == ["Anew"]
    async with running_on(running.dsn) as restarted:
        assert await names(restarted, bob) == ["Anew"]
