import { ActionIcon, Button, Kbd, Menu } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import { LogOut, Menu as MenuIcon, Search, UserRound } from 'lucide-react'
import { useState } from 'react'
import { UnreadCount } from '../inbox/UnreadCount'
import { ConnectionNotice } from '../live/ConnectionNotice'
import { PreferenceItems } from '../preferences'
import { useIsOperator } from '../sign-in/roles'
import { ViewLinks } from '../saved-views'
import { useSession, useSignOut } from '../sign-in/session'
import { TimeBanner, TimeControl } from '../time-travel'
import { Person } from '../ui'
import { usePages } from './navigation'
import { openPalette, Palette } from './Palette'
import { SessionEnded } from './SessionEnded'
import { useText } from './text'

/** What stands around every page. */
export function Shell() {
  const text = useText()
  const pages = usePages()
  const isOperator = useIsOperator() // nothing of a company's is there for them: no past, and nothing that changes live
  const [menu, setMenu] = useState(false)
  return (
    <div className="shell">
      <header className="shell-head">
        <a className="skip" href="#main">
          {text.skip}
        </a>
        <ActionIcon
          className="shell-menu"
          variant="default"
          size={30}
          aria-label={text.menu}
          aria-expanded={menu}
          aria-controls="pages"
          onClick={() => setMenu(!menu)}
        >
          <MenuIcon size={16} />
        </ActionIcon>
        <span className="shell-brand">
          <img src="/favicon.svg" width={26} height={26} alt="" />
          <span className="shell-wide">Cairn</span>
        </span>
        <span className="shell-space" />
        <Button
          className="shell-search"
          size="xs"
          variant="default"
          leftSection={<Search size={14} aria-hidden />}
          onClick={openPalette}
        >
          <span className="shell-words">{isOperator ? text.searchPages : text.search}</span>
          <Kbd className="shell-wide" size="xs" ml={8}>
            Ctrl K
          </Kbd>
        </Button>
        {!isOperator && <TimeControl />}
        {!isOperator && <ConnectionNotice />}
        <Account />
      </header>
      {!isOperator && <TimeBanner />}
      <nav id="pages" className={menu ? 'shell-pages shell-pages-open' : 'shell-pages'} aria-label={text.navigation}>
        {pages.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: true, includeSearch: false }} onClick={() => setMenu(false)}>
            <Icon size={16} aria-hidden />
            <span>{text.pages[name]}</span>
            {name === 'inbox' && <UnreadCount />}
          </Link>
        ))}
        <ViewLinks onFollow={() => setMenu(false)} />
      </nav>
      <main id="main" className="shell-main">
        <Outlet />
      </main>
      <Palette />
      <SessionEnded />
    </div>
  )
}

function Account() {
  const text = useText()
  const { session } = useSession()
  const isOperator = useIsOperator()
  const signOut = useSignOut()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          {isOperator ? text.operator : <Person person={session?.person ?? null} />}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{isOperator ? text.ofInstallation : session?.tenant?.name}</Menu.Label>
        {session?.person?.handle && (
          <Menu.Item
            component={Link}
            to={`/people/${session.person.handle}`}
            leftSection={<UserRound size={14} aria-hidden />}
          >
            {text.mine}
          </Menu.Item>
        )}
        <Menu.Divider />
        <PreferenceItems />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={() => signOut.mutate()}>
          {text.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
