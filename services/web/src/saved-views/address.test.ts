import { describe, expect, it } from 'vitest'
import { addressOf, byName, lookedAt, placeOf, placeOfView, type View } from './address'

const who = { id: 'ann', handle: 'ann', name: 'Ann' }
const when = '2026-03-01T09:00:00Z'
const view = (id: string, address: string, name = id): View => ({
  id,
  name,
  address,
  shared: false,
  owner: who,
  created_at: when,
  created_by: who,
  updated_at: when,
  updated_by: who,
})

describe('the address of what is shown', () => {
  it('is written the same way, in whatever order one chose', () => {
    const search = { mine: true, team: 'R&D', status: 'behind', text: undefined }
    expect(addressOf({ pathname: '/objectives', search })).toBe('/objectives?mine=true&status=behind&team=R%26D')
    expect(addressOf({ pathname: '/objectives', search: {} })).toBe('/objectives')
  })

  it('keeps what a view is, and not which day one looks at or what is open beside it', () => {
    const search = {
      columns: 'owner,pace',
      sort: '-progress',
      open: 'J1',
      as_of: '2026-01-01',
      known_at: when,
      saved: 'v',
    }
    expect(addressOf({ pathname: '/objectives', search })).toBe('/objectives?columns=owner%2Cpace&sort=-progress')
  })

  it('holds nothing that the gateway takes for none, and leads back to where it came from', () => {
    const search = { text: 'Größe "x" #1 \\ 50%', team: '2026', with: ['a', 'b'] }
    const address = addressOf({ pathname: '/objectives', search })
    expect(address).toMatch(/^[\x21-\x7e]+$/)
    expect(address).not.toMatch(/[\s\\#<>"]/)
    expect(placeOf(address)).toEqual({ pathname: '/objectives', search })
  })

  it('may have a question mark in what is searched for', () => {
    expect(placeOf('/map?text=why?')).toEqual({ pathname: '/map', search: { text: 'why?' } })
  })
})

describe('the view that one is on', () => {
  const risks = view('risks', '/objectives?status=behind&mine=true')
  const all = view('all', '/objectives')

  it('is the one that keeps what is shown, however its address is written', () => {
    const looked = lookedAt({ pathname: '/objectives', search: { mine: true, status: 'behind', open: 'J1' } }, [
      all,
      risks,
    ])
    expect(looked).toEqual({ address: '/objectives?mine=true&status=behind', on: risks, changed: false })
  })

  it('stays the one that one came by when a filter is another, and is said to be changed', () => {
    const search = { ...placeOfView(risks).search, status: undefined }
    expect(lookedAt({ pathname: '/objectives', search }, [all, risks])).toMatchObject({ on: risks, changed: true })
  })

  it('is none where none keeps what is shown', () => {
    expect(lookedAt({ pathname: '/kpis', search: { saved: 'gone' } }, [all, risks])).toMatchObject({
      on: undefined,
      changed: false,
    })
  })
})

it('views are in the order in which one looks for a name', () => {
  const views = ['b', 'Ä', 'view 10', 'view 9'].map((name) => view(name, '/kpis'))
  expect(byName(views, 'de').map((each) => each.name)).toEqual(['Ä', 'b', 'view 9', 'view 10'])
})
