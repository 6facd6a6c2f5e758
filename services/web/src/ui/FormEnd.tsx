import { Button, Group } from '@mantine/core'

type FormEndProps = {
  /** What the form does, on the button that does it. */
  submit: string
  pending: boolean
  leave: string
  onLeave: () => void
  size?: 'xs' | 'sm'
}

/** The end of a form: do it, or leave it. */
export function FormEnd({ submit, pending, leave, onLeave, size = 'sm' }: FormEndProps) {
  return (
    <Group gap={size === 'xs' ? 'xs' : 'md'}>
      <Button type="submit" size={size} loading={pending}>
        {submit}
      </Button>
      <Button size={size} variant="default" onClick={onLeave}>
        {leave}
      </Button>
    </Group>
  )
}
