/**
 * The types that several scripts share. Checked by `tsc` from these comments; nothing here runs.
 *
 * @typedef {"probability" | "log-probability" | "logit"} OutputSpace
 *
 * @typedef {object} Size
 * @property {number} height
 * @property {number} width
 *
 * @typedef {object} Pixel A pixel of the frame.
 * @property {number} row
 * @property {number} column
 *
 * @typedef {object} Box A part of a drawing, in its pixels.
 * @property {number} top
 * @property {number} left
 * @property {number} height
 * @property {number} width
 *
 * @typedef {object} Frame A preprocessed drawing, and where it lies on the drawing.
 * @property {Float32Array} image Ink in [0, 1]: the input of a network.
 * @property {number} top Of the frame's upper edge, in pixels of the drawing.
 * @property {number} left
 * @property {number} scale Pixels of the drawing for each of the frame's.
 * @property {boolean} empty Whether there is no ink at all.
 *
 * @typedef {object} Selected Which pixel is inspected.
 * @property {Pixel | null} pixel
 * @property {boolean} pinned Whether it stays when the pointer moves on.
 *
 * @typedef {object} AscentStep Which step of a gradient ascent an answer belongs to.
 * @property {number} step
 * @property {number} steps
 * @property {string} target Label of the class.
 *
 * @typedef {object} AnswerHeader What the server says of a drawing, without its arrays.
 * @property {string[]} labels One for each class.
 * @property {string} noun What each label names: "digit".
 * @property {number} height Of the frame and of each map, in pixels.
 * @property {number} width
 * @property {OutputSpace} space
 * @property {string} network
 * @property {string} method Name of the attribution.
 * @property {boolean} empty Whether nothing is drawn; then there are no probabilities and maps.
 * @property {boolean} exact Whether the pen is up. Only then the server's maps are numbers, not
 *   127ths of their largest.
 * @property {[number, number]} sheet Height and width of the canvas, in the drawing's pixels.
 * @property {[number, number, number]} place Top, left and pixel size of the frame on the canvas.
 * @property {number} top Index of the most likely class; -1 where `empty`.
 * @property {boolean} [saturated]
 * @property {number} [residual] By how much the maps' sums miss what they should add up to.
 *
 * @typedef {object} MapsRequest How a drawing is looked at.
 * @property {OutputSpace} space
 * @property {string} network
 * @property {string} method Name of the attribution.
 *
 * @typedef {object} AnswerArrays
 * @property {Float32Array} frame Ink in [0, 1], height x width.
 * @property {Float32Array} probabilities
 * @property {Float32Array} largest Largest magnitude of each map.
 * @property {(Float32Array | Int8Array)[]} maps One for each class, height x width.
 * @property {"browser" | "server"} engine Who computed what is seen.
 * @property {Answer} [confirms] The browser's answer, of which these are the server's numbers.
 * @property {AscentStep} [changed] Only where the frame is not the drawing's own.
 *
 * @typedef {AnswerHeader & AnswerArrays} Answer
 *
 * @typedef {object} Ascent The answers to all images on the way to a class.
 * @property {number} target Index of the class.
 * @property {boolean} flipped Whether the class became the most likely one.
 * @property {string} ending Why it ended, in words.
 * @property {[number, number, number][]} sizes L1, L2 and largest change, for each image.
 * @property {Answer[]} answers The first is the drawing's own.
 *
 * @typedef {object} Contrast Why one class, and not another.
 * @property {number} a Index of the class that is explained.
 * @property {number} b Index of the class it is compared with.
 * @property {number} log_odds log(p(a) / p(b)).
 * @property {number[]} map Its derivatives, height x width.
 *
 * @typedef {object} WhatIfCurves Probabilities along a change of ink.
 * @property {number[]} amounts Of ink added, -1 to 1.
 * @property {number[][]} predicted Probabilities at each amount.
 * @property {number[][]} true
 * @property {[number, number]} room From how much to how much ink can be added.
 *
 * @typedef {object} ModelManifest A model as files for the browser; jacviz/export/browser_model.py.
 * @property {string} name
 * @property {string} title
 * @property {string[]} labels One for each class.
 * @property {string} noun What each label names: "digit".
 * @property {number} height Of its input, in pixels.
 * @property {number} width
 * @property {"mnist" | "letterbox"} preprocess
 * @property {number} baseline Input that means "nothing".
 * @property {OutputSpace} outputs What it returns; probabilities are computed as logarithms.
 * @property {MemoryLayout} layout
 * @property {{ simd: string, relaxed: string, constants: string }} files Relative to the manifest.
 *
 * @typedef {object} MemoryLayout Where a WebAssembly function finds what, in numbers of floats.
 * @property {number} constants How many there are.
 * @property {number} arena How many floats of scratch there are; the others are places in it.
 * @property {number} input
 * @property {number} outputs
 * @property {number} jacobian The first row of the Jacobian.
 * @property {number} pitch From one row to the next.
 *
 * @typedef {object} ModelText What the page says of a model.
 * @property {string} noun What each of its labels names: "digit".
 * @property {number} classes How many there are.
 *
 * @typedef {object} AttributionText What the page says of an attribution.
 * @property {string} label
 * @property {string} meaning
 * @property {string} pixel What one value is, with "{}" in place of the output.
 * @property {Record<OutputSpace, string>} units
 *
 * @typedef {object} Theme Streamlit's theme as scripts need it.
 * @property {"light" | "dark"} name
 * @property {string} background
 * @property {string} text
 * @property {string} font
 *
 * @typedef {object} ColourScale
 * @property {[number, string][]} stops As Plotly takes them.
 * @property {Uint32Array} table An odd number of colours as words of image data, zero in the middle.
 *
 * @typedef {(k: number, pixel: number) => number} MapShare
 *   A map's value as a share of full colour, -1 to 1.
 *
 * @typedef {"space" | "scale" | "network" | "method" | "tool" | "pixel" | "a" | "b" | "target" | "overlay" | "opacity" | "present" | "keys"} SettingName
 *
 * @typedef {object} SettingRow
 * @property {string} label
 * @property {string} value To begin with.
 * @property {string} default
 * @property {[value: string, label: string][]} options What can be chosen; none where it is no
 *   choice.
 *
 * @typedef {object} View How the maps are looked at.
 * @property {OutputSpace} space
 * @property {string} scale "shared", one colour scale for all maps, or "each", its own.
 * @property {string} network
 * @property {string} method Name of the attribution.
 *
 * @typedef {Record<SettingName, SettingRow>} SettingTable
 * @typedef {Record<SettingName, string>} SettingValues As texts; "" is none.
 *
 * @typedef {object} PixelTarget A picture whose pixels can be pointed at and marked.
 * @property {boolean} [drawsOnPress] Whether a press there draws instead of pinning.
 * @property {(event: PointerPosition) => Pixel | null} at
 * @property {(selected: Selected) => void} show
 *
 * @typedef {object} PointerPosition What is needed of a pointer event, also after its dispatch.
 * @property {EventTarget | null} target
 * @property {number} clientX
 * @property {number} clientY
 * @property {() => EventTarget[]} composedPath
 *
 * @typedef {(question: Question, options: { slow: boolean }) => Promise<any>} Ask
 *   Ask about the drawing that is shown. Slow questions do not hold up others.
 *
 * @typedef {URLSearchParams | Record<string, string>} Question
 */

export {};
