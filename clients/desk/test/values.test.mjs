import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOfKey, nameColumn, parseBlock, readAnswer } from "../src/js/grid/values.js";

const OPTIONS = ["是", "否", "-"];

test("an answer is read in its many spellings", () => {
  assert.equal(readAnswer(" 是 ", OPTIONS), "是");
  assert.equal(readAnswer("√", OPTIONS), "是");
  assert.equal(readAnswer("×", OPTIONS), "否");
  assert.equal(readAnswer("—", OPTIONS), "-");
  assert.equal(readAnswer("不涉及", OPTIONS), "-");
  assert.equal(readAnswer("", OPTIONS), "");
});

test("what is no answer is refused, also when the form has no such option", () => {
  assert.equal(readAnswer("大概是", OPTIONS), null);
  assert.equal(readAnswer("-", ["是", "否"]), null);
});

test("keys 1, 2, 3 name the options in their order", () => {
  assert.deepEqual(["1", "2", "3", "4", "a"].map((key) => answerOfKey(key, OPTIONS)), ["是", "否", "-", null, null]);
});

test("a block of Excel keeps quotes, tabs and lines inside a cell", () => {
  assert.deepEqual(parseBlock('是\t"第一行\n第二行""引号"""\r\n否\t\r\n'), [["是", '第一行\n第二行"引号"'], ["否", ""]]);
});

test("a lone quote is a character", () => {
  assert.deepEqual(parseBlock('"是\t否'), [['"是', "否"]]);
  assert.deepEqual(parseBlock('5"管\t否'), [['5"管', "否"]]);
});

test("an empty clipboard is one empty cell", () => {
  assert.deepEqual(parseBlock(""), [[""]]);
});

test("the column of names is found when half the rows are known", () => {
  const block = [["1", "沈砚秋", "是"], ["2", "许若谷", "否"], ["3", "不在册", "是"]];
  assert.equal(nameColumn(block, ["沈砚秋", "许若谷", "周以宁"]), 1);
  assert.equal(nameColumn([["是"], ["否"]], ["沈砚秋"]), -1);
});
