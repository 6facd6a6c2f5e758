// What a page is asked while it is measured. Times are milliseconds; a frame is seen when the one after it begins.
(() => {
  const LONGEST = 60_000
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const find = (it) => (typeof it === 'string' ? document.querySelector(it) : it())

  /** How many frames it takes until what `wanted` finds is there. */
  const there = async (wanted) => {
    const began = performance.now()
    let frames = 0
    do {
      if (performance.now() - began > LONGEST) throw new Error(`within a minute ${location.pathname} did not show ${wanted}`)
      await frame()
      frames += 1
    } while (!find(wanted))
    return frames
  }

  /** Since the navigation began: when what `wanted` finds was painted. */
  window.shown = async (wanted) => {
    await there(wanted)
    await frame()
    return performance.now()
  }

  /** From the next event of a kind until what `wanted` finds was painted; with how many frames that took, and the instant by the clock. */
  window.following = (kind, wanted) =>
    new Promise((done, failed) => {
      const from = ({ timeStamp }) =>
        void there(wanted).then(async (frames) => {
          await frame()
          done({ milliseconds: performance.now() - timeStamp, frames, began: performance.timeOrigin + timeStamp })
        }, failed)
      addEventListener(kind, from, { capture: true, once: true })
    })

  /** By the clock that all pages share: when what `wanted` finds was painted. */
  window.shownAt = async (wanted) => performance.timeOrigin + (await window.shown(wanted))

  /** Whether the row that begins with these words has this text in its column. */
  window.row = (title, column, text) => () =>
    [...document.querySelectorAll('.tree-body [role=row]')].some(
      (it) =>
        it.querySelector('.tree-title .ellipsis')?.textContent === title &&
        it.querySelector(`.tree-cell-${column}`)?.textContent.includes(text),
    )

  /** Frames a second, and the longest between two, until `ended` is set. */
  window.frames = async () => {
    let [count, longest, before] = [0, 0, await frame()]
    const began = before
    while (!window.ended) {
      const now = await frame()
      count += 1
      longest = Math.max(longest, now - before)
      before = now
    }
    window.ended = false
    return { perSecond: (count / (before - began)) * 1000, longest }
  }
})()
