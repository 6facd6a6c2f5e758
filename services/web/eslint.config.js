import js from '@eslint/js'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'src/api/operations.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  a11y.flatConfigs.recommended,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    rules: {
      // A component that has outgrown its page is two components.
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // The router's way of saying where to go is to throw it.
      '@typescript-eslint/only-throw-error': 'off',
      'no-restricted-properties': [
        'error',
        { property: 'dangerouslySetInnerHTML', message: 'what others wrote is text, never HTML' },
        {
          object: 'window',
          property: 'localStorage',
          message: 'only ui/preferences keeps something, and nothing that is secret',
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'src/api asks the gateway: it adds what each request has to carry' },
      ],
    },
  },
  { files: ['**/text/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['*.js'], ...tseslint.configs.disableTypeChecked },
)
