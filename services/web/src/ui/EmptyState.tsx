import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** Nothing to show, and what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack className="empty" align="center" gap="xs" px="md" ta="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text component="div" className="mute" maw={460}>
        {children}
      </Text>
    </Stack>
  )
}
