import { ActionIcon, Button, Kbd, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import { LogOut, Moon, Search, Sun } from 'lucide-react'
import { useSession, useSignOut } from '../sign-in/session'
import { TimeBanner, TimeControl } from '../time-travel'
import { Person } from '../ui'
import { NAVIGATION } from './navigation'
import { openPalette, Palette } from './Palette'
import { SessionEnded } from './SessionEnded'
import { useText } from './text'

/** What stands around every page. */
export function Shell() {
  const text = useText()
  return (
    <div className="shell">
      <header className="shell-head">
        <a className="skip" href="#main">
          {text.skip}
        </a>
        <span className="shell-brand">
          <img src="/favicon.svg" width={26} height={26} alt="" />
          <span className="shell-wide">Cairn</span>
        </span>
        <nav aria-label={text.navigation}>
          {NAVIGATION.map(({ to, name, icon: Icon }) => (
            <Link key={to} to={to}>
              <Icon size={16} aria-hidden />
              {text.pages[name]}
            </Link>
          ))}
        </nav>
        <Button
          className="shell-wide"
          size="xs"
          variant="default"
          leftSection={<Search size={14} aria-hidden />}
          onClick={openPalette}
        >
          {text.search}
          <Kbd size="xs" ml={8}>
            Ctrl K
          </Kbd>
        </Button>
        <TimeControl />
        <ColorScheme />
        <Account />
      </header>
      <TimeBanner />
      <main id="main" className="shell-main">
        <Outlet />
      </main>
      <Palette />
      <SessionEnded />
    </div>
  )
}

function ColorScheme() {
  const text = useText()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={dark ? text.light : text.dark}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <Sun size={16} /> : <Moon size={16} />}
    </ActionIcon>
  )
}

function Account() {
  const text = useText()
  const { session } = useSession()
  const signOut = useSignOut()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          <Person person={session?.person ?? null} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session?.tenant?.name}</Menu.Label>
        <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={() => signOut.mutate()}>
          {text.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
