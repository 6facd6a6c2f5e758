"""What keeps a company in order is done by keyboard alone, by those who may: its cycles, its settings, tables in and out."""

from __future__ import annotations

import csv
import re
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Page, expect

from tests.support.company import Company, Person, day, found_company, new_tenant
from tests.support.system import System
from tests.ui.conftest import choose, look_at, sign_in


def test_the_first_cycle_is_defined_from_where_one_misses_it_then_shortened_and_taken_on(page: Page, system: System, refused: None) -> None:
    admin = new_tenant(system.url)
    sign_in(page, Company(admin.tenant, admin, "", (), ()), "admin")
    page.get_by_role("link", name="Define the first cycle").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Define a cycle")
    name = dialog.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    expect(name).to_have_value(re.compile(r"^\d{4}-Q[1-4]$"))
    dialog.get_by_role("radio", name="Quarter").focus()
    page.keyboard.press("ArrowRight")
    expect(name).to_have_value(re.compile(r"^\d{4}-H[12]$"))
    page.keyboard.press("ArrowRight")
    expect(name).to_have_value(day()[:4])
    look_at(page, "cycle-defined")
    name.focus()
    page.keyboard.press("Enter")
    year = page.get_by_role("complementary", name=day()[:4])
    expect(year).to_contain_text("In planning")
    year.get_by_role("button", name="Start it").focus()
    page.keyboard.press("Enter")
    expect(year.get_by_role("button", name="Begin its review")).to_be_visible()

    page.get_by_role("button", name="Define a cycle").focus()
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    expect(dialog.get_by_text(f"Shares days with {day()[:4]}.")).to_be_visible()
    expect(dialog.get_by_role("combobox", name="Within")).to_have_value(day()[:4])
    page.keyboard.press("Control+a")
    page.keyboard.type(f"{day()[:4]} ")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert").or_(dialog.locator("[aria-invalid=true]")).first).to_be_visible()
    expect(name).to_have_value(f"{day()[:4]} ")
    name.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sprint")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Sprint")).to_contain_text(day()[:4])
    expect(page.get_by_role("row", name="Sprint")).to_contain_text(f"in {day()[:4]}")


def test_a_cycle_is_shortened_once_it_is_said_what_becomes_of_the_objectives_outside(page: Page, system: System, refused: None) -> None:
    company = found_company(system.url, objectives=2, key_results=1)
    sign_in(page, company, "admin")
    page.goto("/admin/cycles")
    row = page.get_by_role("row", name="now")
    expect(row).to_contain_text("Active")
    expect(row.get_by_role("link", name="2 objectives: show them")).to_be_visible()
    row.get_by_role("button", name="now").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="now")
    panel.get_by_role("button", name="Change it").focus()
    page.keyboard.press("Enter")
    form = panel.get_by_role("form", name="Change it")
    expect(form.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type(" and then")
    form.get_by_label("Last day").fill(day(10))
    form.get_by_role("combobox", name="Check-ins are due").focus()
    choose(page, "every two weeks")
    expect(form.get_by_text("Due from the cycle’s first day on")).to_be_visible()
    form.get_by_role("textbox", name="Name").focus()
    expect(form.get_by_text("It becomes shorter")).to_be_visible()
    page.keyboard.press("Enter")
    asked = form.get_by_role("alert")
    expect(asked).to_contain_text("'Objective 1', 'Objective 2'")
    look_at(page, "cycles")
    asked.get_by_role("button", name="Cut their days to the cycle’s").focus()
    page.keyboard.press("Enter")
    renamed = page.get_by_role("complementary", name="now and then")
    expect(renamed.get_by_role("button", name="Change it")).to_be_visible()
    assert company.admin.get("/v1/objectives/O1")["due_day"] == day(10)
    expect(renamed.get_by_text("every two weeks")).to_be_visible()
    renamed.get_by_role("button", name="Begin its review").focus()
    page.keyboard.press("Enter")
    renamed.get_by_role("link", name="Close the cycle").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("now and then")
    company.admin.post("/v1/cycles/now and then/close", {})
    page.goto("/admin/cycles")
    page.get_by_role("row", name="now and then").get_by_role("button", name="now and then").focus()
    page.keyboard.press("Enter")
    expect(renamed.get_by_role("link", name="Report of now and then")).to_be_visible()
    renamed.get_by_role("button", name="Reopen…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("Two grades were missing.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(renamed.get_by_role("link", name="Close the cycle")).to_be_visible()
    company.admin.post("/v1/people", {"handle": "ann", "name": "Ann", "roles": ["member"]})
    Person(system.url, tenant=company.name, person="ann")
    sign_in_as_another(page, company, "ann")
    expect(page.get_by_role("link", name="Cycles")).to_have_count(0)
    page.goto("/admin/cycles")
    expect(page.get_by_text("Admins and champions use it.")).to_be_visible()


def test_a_setting_says_something_else_from_a_day_on_and_what_it_said_is_told(page: Page, system: System, refused: None) -> None:
    company = found_company(system.url, objectives=1, key_results=1)
    sign_in(page, company, "admin")
    page.goto("/admin/settings")
    row = page.get_by_role("button", name=re.compile("^Bounds of a status"))
    expect(row).to_contain_text("On track up to 10% behind, behind up to 25%, then at risk")
    expect(row).to_contain_text("the default")
    row.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Bounds of a status")
    expect(panel).to_contain_text("Nobody has changed it")
    panel.get_by_role("button", name="Change it").focus()
    page.keyboard.press("Enter")
    form = panel.get_by_role("form", name="Change it")
    form.get_by_role("textbox", name="On track up to").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.3")
    expect(form.get_by_text("The lower one comes first.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(form.get_by_text("0.3 lies above 0.25; the lower one comes first")).to_be_visible()
    look_at(page, "setting")
    page.keyboard.press("Control+a")
    page.keyboard.type("0.05")
    form.get_by_label("From this day on").fill(day(-3))
    expect(form.get_by_role("status")).to_contain_text("On track up to 5% behind")
    page.keyboard.press("Enter")
    said = panel.get_by_role("region", name="What it has said").get_by_role("listitem")
    expect(said).to_contain_text("On track up to 5% behind, behind up to 25%, then at risk")
    expect(said).to_contain_text("since")
    expect(row).to_contain_text("Default: On track up to 10%")
    setting = company.admin.get("/v1/settings/bounds")
    assert (setting["value"], setting["since"]) == ("0.05;0.25", day(-3))

    page.get_by_role("button", name=re.compile("^Time zone")).focus()
    page.keyboard.press("Enter")
    zone = page.get_by_role("complementary", name="Time zone")
    zone.get_by_role("button", name="Change it").focus()
    page.keyboard.press("Enter")
    zone.get_by_role("combobox", name="It says").focus()
    choose(page, "Europe/Zurich", typed="Zurich")
    zone.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(zone.get_by_role("region", name="What it has said")).to_contain_text("Europe/Zurich")
    page.get_by_role("button", name=re.compile("^Approval")).focus()
    page.keyboard.press("Enter")
    approval = page.get_by_role("complementary", name="Approval")
    approval.get_by_role("button", name="Change it").focus()
    page.keyboard.press("Enter")
    approval.get_by_role("radio", name="Off").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(approval.get_by_role("region", name="What it has said")).to_contain_text("On")
    look_at(page, "settings")


def test_tables_are_tried_mended_and_imported_and_everything_is_taken_out_again(page: Page, system: System, tmp_path: Path) -> None:
    objectives = f"objective,cycle,title,starts_on,ends_on\nJ1,now,Expand the team,{day(-10)},{day(20)}\n"
    key_results = "objective,number,title,kind,start,target\nJ1,1,Hire three developers,number,0,3\n"
    check_ins = f"objective,key_result,date,by,score,value,note\nJ1,1,{day(-1)},admin,,two,\nJ1,1,{day(-2)},admin,,1,\n"
    company = found_company(system.url, objectives=1, key_results=1)
    sign_in(page, company, "admin")
    page.goto("/admin/import")
    card = page.get_by_role("region", name="Import tables")
    _drop(page, {"objectives.csv": objectives.encode(), "notes.csv": b"x\n"})
    expect(card.get_by_role("alert")).to_have_text("Still missing: key_results.csv")
    expect(card.get_by_text("Passed over, since they are no tables that are read: notes.csv")).to_be_visible()
    _send(page, tmp_path, {"key_results.csv": key_results, "checkins.csv": check_ins})
    card.get_by_role("button", name="See what would change").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("heading", name="This would become of it; nothing is changed yet")).to_be_focused()
    refused = card.get_by_role("table", name="Rows that are refused")
    expect(refused.get_by_role("row", name="checkins.csv")).to_contain_text("'two' is not a number")
    expect(card.get_by_role("table", name="1 objective")).to_contain_text("1 key result, 1 check-in")
    assert company.admin.ask("GET", "/v1/objectives/J1").status_code == 404
    look_at(page, "import")

    _send(page, tmp_path, {"checkins.csv": check_ins.replace("two", "2")})
    expect(card.get_by_role("table")).to_have_count(0)
    card.get_by_role("button", name="See what would change").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text("Every row is taken.")).to_be_visible()
    card.get_by_role("button", name="Import it").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("heading", name="It is in")).to_be_focused()
    assert company.admin.get("/v1/key-results/J1/1")["value"] == 2
    card.get_by_role("button", name="See what would change").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("table", name="1 objective")).to_contain_text("As it is")
    expect(card.get_by_role("button", name="Import it")).to_have_count(0)

    workbook = _workbook({"objectives": objectives.replace("J1", "J2"), "key_results": key_results.replace("J1", "J2")})
    _drop(page, {"okrs.xlsx": workbook})
    expect(card.get_by_role("listitem")).to_contain_text("okrs.xlsx")
    card.get_by_role("button", name="See what would change").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text("Every row is taken.")).to_be_visible()
    expect(card.get_by_role("table", name="1 objective")).to_contain_text("1 key result")

    assert "objective,number,title,kind" in _taken(page, "Save empty tables")["key_results.csv"]
    everything = _taken(page, "Export everything")
    assert "Expand the team" in everything["objectives.csv"]
    assert "Objective 1" in everything["objectives.csv"]
    expect(page.get_by_role("region", name="Export").get_by_role("status")).to_contain_text("Saved:")


def _drop(page: Page, files: dict[str, bytes]) -> None:
    """Drags files over the card and lets them go there, as a browser tells of it."""
    place = page.get_by_role("group", name="The tables to import")
    told = [{"name": name, "bytes": list(content)} for name, content in files.items()]
    dragged = page.evaluate_handle(
        """files => {
            const dragged = new DataTransfer()
            for (const { name, bytes } of files) dragged.items.add(new File([new Uint8Array(bytes)], name))
            return dragged
        }""",
        told,
    )
    place.dispatch_event("dragover", {"dataTransfer": dragged})
    expect(place).to_have_class(re.compile("import-drop-over"))
    place.dispatch_event("drop", {"dataTransfer": dragged})
    expect(place).not_to_have_class(re.compile("import-drop-over"))


def _workbook(tables: dict[str, str]) -> bytes:
    """A sheet a table."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name, text in tables.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(csv.reader(StringIO(text))):
                sheet.write_row(row, 0, cells)
    return made.getvalue()


def _send(page: Page, folder: Path, files: dict[str, str]) -> None:
    """Chooses files by keyboard."""
    for name, text in files.items():
        (folder / name).write_text(text)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").focus()
        page.keyboard.press("Enter")
    chooser.value.set_files([folder / name for name in files])


def _taken(page: Page, button: str) -> dict[str, str]:
    """The files of a zip that a button saves."""
    with page.expect_download() as saved:
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
    with zipfile.ZipFile(saved.value.path()) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}


def sign_in_as_another(page: Page, company: Company, person: str) -> None:
    """Signs somebody else in, in the same browser."""
    page.context.clear_cookies()
    sign_in(page, company, person)
