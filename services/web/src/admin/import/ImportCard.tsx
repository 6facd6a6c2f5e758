import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Card, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { ChooseFiles } from './ChooseFiles'
import { useImport, type Notation, type Step } from './queries'
import { writesSomething, type Report } from './report'
import { ReportView } from './ReportView'
import { chosenOf, missingIn, type Chosen } from './tables'
import { useText } from './text'

const LOCALES = ['cs', 'da', 'de', 'de-AT', 'de-CH', 'en', 'en-GB', 'en-US', 'es', 'fi', 'fr', 'it', 'nb', 'nl', 'pl']
const OTHER_LOCALES = ['pt', 'pt-BR', 'sv']
const FIELDS = ['locale', 'date_format']
const NOTHING: Chosen = { packed: null, tables: [], others: [] }

/** Tables are chosen and tried; once it was told what they would change, they are imported. */
export function ImportCard() {
  const text = useText()
  const [chosen, setChosen] = useState(NOTHING)
  const [notation, setNotation] = useState<Notation>({ locale: '', date_format: '' })
  const [report, setReport] = useState<Report | null>(null)
  const { sending, step } = useImport(setReport)
  const empty = chosen.packed === null && chosen.tables.length === 0
  const missing = missingIn(chosen)
  const send = (dryRun: boolean) => sending.mutate({ chosen, notation, dryRun })
  // What was told of other tables, or of the same read otherwise, is not what would be done.
  const again = () => {
    setReport(null)
    sending.reset()
  }
  const tried = report?.dry_run === true
  return (
    <Card title={text.import} wide>
      <Stack gap="md">
        <ChooseFiles
          chosen={chosen}
          missing={empty ? [] : missing}
          onChoose={(files) => {
            setChosen(chosenOf([...chosen.tables, ...files]))
            again()
          }}
          onClear={() => {
            setChosen(NOTHING)
            again()
          }}
        />
        {!empty && (
          <NotationFields
            notation={notation}
            error={sending.error}
            onChange={(changed) => {
              setNotation({ ...notation, ...changed })
              again()
            }}
          />
        )}
        <ProblemNotice error={unplaced(sending.error, FIELDS)} />
        {!empty && (
          <Group gap="sm">
            <Button
              size="sm"
              variant={tried ? 'default' : 'filled'}
              disabled={missing.length > 0 || sending.isPending}
              loading={sending.isPending && sending.variables.dryRun}
              onClick={() => send(true)}
            >
              {text.tryIt}
            </Button>
            {tried && writesSomething(report) && (
              <Button
                size="sm"
                disabled={sending.isPending}
                loading={sending.isPending && !sending.variables.dryRun}
                onClick={() => send(false)}
              >
                {report.refused_count > 0 ? text.importRest : text.importIt}
              </Button>
            )}
            <Doing step={sending.isPending ? step : null} pending={sending.isPending} />
          </Group>
        )}
        {report !== null && <ReportView report={report} />}
      </Stack>
    </Card>
  )
}

/** How far it is, for the eye and for a screen reader. */
function Doing({ step, pending }: { step: Step | null; pending: boolean }) {
  const text = useText()
  if (!pending) return null
  const whole = step !== null && step.total > 0
  return (
    <Group gap="sm" role="status">
      <Text size="sm" className="mute">
        {step === null
          ? text.sending
          : whole
            ? text.doing(step.step, step.done, step.total)
            : text.doingStep(step.step)}
      </Text>
      {whole && <progress max={step.total} value={step.done} aria-label={step.step} />}
    </Group>
  )
}

type NotationFieldsProps = { notation: Notation; error: Error | null; onChange: (changed: Partial<Notation>) => void }

/** How numbers and days are written in the tables: without it, what could mean two things is refused. */
function NotationFields({ notation, error, onChange }: NotationFieldsProps) {
  const text = useText()
  return (
    <Group grow align="start" maw={640}>
      <Select
        label={text.locale}
        description={text.localeIs}
        placeholder={text.locale0}
        clearable
        searchable
        data={[...LOCALES, ...OTHER_LOCALES]}
        value={notation.locale || null}
        error={errorOf(error, 'locale')}
        onChange={(locale) => onChange({ locale: locale ?? '' })}
      />
      <TextInput
        label={text.dateFormat}
        description={text.dateFormatIs}
        placeholder="dd.mm.yyyy"
        maxLength={20}
        value={notation.date_format}
        error={errorOf(error, 'date_format')}
        onChange={(event) => onChange({ date_format: event.target.value })}
      />
    </Group>
  )
}
