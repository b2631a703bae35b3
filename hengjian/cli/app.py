"""All commands, with help in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="衡鉴：特种设备检验检测机构监督管理。 Hengjian: supervision of inspection and testing institutions.",
    epilog="数据在 var/（或 HENGJIAN_VAR 所指的目录）。 Data live in var/, or where HENGJIAN_VAR points.",
)
packs = typer.Typer(no_args_is_help=True, help="制度包：检查、查看、由 Excel 生成。 Packs: check, show, make from Excel.")
keys = typer.Typer(no_args_is_help=True, help="数据密钥：查看、更换。 Data keys: show, rotate.")
ledger = typer.Typer(no_args_is_help=True, help="审计账本：校验、对账、查看。 Audit ledger: verify, reconcile, show.")
app.add_typer(packs, name="packs")
app.add_typer(ledger, name="ledger")
app.add_typer(keys, name="keys")

Host = Annotated[str, typer.Option(help="监听地址。 Address to listen on.")]
Port = Annotated[int, typer.Option(help="端口。 Port.")]


def _of(module: str) -> Any:
    """Load the module of a command only when it runs: --help then answers at once."""
    return import_module(f"hengjian.cli.{module}")


def _run(module: str, name: str) -> Callable[..., None]:
    command: Callable[..., None] = getattr(_of(module), name)
    return command


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="演示后是否启动网页。 Serve afterwards.")] = True,
    out: Annotated[Path, typer.Option(help="统计表存放目录。 Folder for the statistics table.")] = Path("out"),
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """在演示省份上把一次专项行动从头做到统计表。

    Play one whole campaign on a fictional province: launch, relay, self-checks, problems, statistics table.
    A second run goes on from what is there.
    """
    _run("demo", "demo")(serve=serve, out=out, host=host, port=port)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, help="网页进程数，多于 1 须用 PostgreSQL。 Web processes.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="每个进程的线程数。 Threads of each process.")] = 8,
) -> None:
    """启动网页服务。单进程时后台任务和账本封存也在其中。

    Serve the pages. With one process the background jobs and the sequencer of the ledger run inside it;
    with several, run `hengjian worker` beside them (PostgreSQL only).
    """
    _run("serve", "serve")(host=host, port=port, workers=workers, threads=threads)


@app.command()
def worker() -> None:
    """后台进程：定时任务和账本封存（生产模式用）。

    Background jobs and the sequencer of the ledger, for production with several web processes.
    """
    _run("serve", "worker")()


@app.command()
def migrate(
    check: Annotated[bool, typer.Option("--check", help="只检查，有未执行的变更时退出码为 1。 Only look.")] = False,
) -> None:
    """建立或升级数据库结构。

    Create the database or bring it up to date.
    """
    _run("database", "migrate")(check=check)


@app.command()
def init(
    province: Annotated[str, typer.Option(help="省级辖区名称，如“某省”。 Name of the province.")],
    key: Annotated[str, typer.Option(help="辖区代号，通常用两位区划代码。 Key of its area path.")],
    administrator: Annotated[str, typer.Option(help="省级单位管理员的登录名。 User name of its administrator.")],
    name: Annotated[str, typer.Option(help="省级单位管理员的姓名。 Full name.")],
    region_code: Annotated[str, typer.Option(help="六位区划代码，没有可不填。 GB/T 2260 code.")] = "",
) -> None:
    """首次启用：建立省级部门、它的管理员和三名平台管理员，并显示初始密码。

    Found an installation: the province's authority, its administrator, the three platform administrators.
    """
    _run("database", "init")(province=province, key=key, region_code=region_code, administrator=administrator, name=name)


@packs.command("check")
def packs_check(
    folder: Annotated[list[Path] | None, typer.Argument(help="另外检查的目录。 Further folders.")] = None,
) -> None:
    """检查全部制度包：结构、分值合计、引用、指标。

    Prove structure, totals, references and indicators of every pack.
    """
    _run("packs", "check")(folder or [])


@packs.command("show")
def packs_show(
    code: Annotated[str | None, typer.Argument(help="制度包或表单编号；不写则列出全部。 Code of a pack or form.")] = None,
) -> None:
    """列出制度包，或显示一个制度包的来源、表单和条目。

    List the packs, or show one: issuer, document number, date, forms, items.
    """
    _run("packs", "show")(code)


@packs.command("import-xlsx")
def packs_import(
    workbook: Annotated[Path, typer.Argument(help="Excel 检查表。 Checklist in Excel.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="写到哪个目录。 Folder for the new pack.")],
    code: Annotated[str | None, typer.Option(help="新制度包的编号。 Code of the new pack.")] = None,
) -> None:
    """把 Excel 里拟好的检查表变成制度包。

    表头至少有“项目”“要求”，可以有“序号、分类、检查方式、分值、证明材料”；有“分值”的成为评分表。
    另放一张“说明”表，两栏写明代码、表名、文件名称、发文机关、文号、日期、条款。写出表单和 pack.yaml。

    Make a pack from a checklist drawn up in Excel.
    """
    _run("packs", "import_workbook")(workbook, out, code)


@app.command("import")
def import_registry(
    path: Annotated[Path, typer.Argument(help="Excel 工作簿，或交换约定的目录（CSV、Parquet）。")],
    confirm: Annotated[bool, typer.Option("--confirm/--dry-run", help="写入；缺省只试算。 Write; default: dry run.")] = False,
    account: Annotated[str, typer.Option("--as", help="以哪个账号的岗位导入。 Account whose post imports.")] = "",
    marked: Annotated[Path | None, typer.Option(help="把标红的问题工作簿存到这里。 Workbook with faults in red.")] = None,
) -> None:
    """导入名录档案。先试算并列出每处问题，确认后一次写入，重复导入不重复入库。

    Import registry tables. A dry run shows every fault by sheet, row and column; --confirm writes all or nothing.
    """
    _run("transfer", "import_registry")(path, confirm=confirm, account=account, marked=marked)


@app.command("export")
def export_registry(
    out: Annotated[Path, typer.Argument(help="输出目录。 Folder to write to.")],
    account: Annotated[str, typer.Option("--as", help="以哪个账号的岗位导出。 Account whose post exports.")] = "",
    form: Annotated[str, typer.Option("--format", help="csv 或 parquet。 csv or parquet.")] = "csv",
    purpose: Annotated[str, typer.Option(help="用途：inspection、verification、insurance、case、contact。 What for.")] = "",
    reason: Annotated[str, typer.Option(help="理由，与用途一起记入账本。 Why; entered in the ledger.")] = "",
) -> None:
    """按交换约定导出名录档案；谁、为何导出，记入账本。

    Export the registry tables of the exchange contract. The ledger says who did and what for.
    """
    _run("transfer", "export_registry")(out, account=account, form=form, purpose=purpose, reason=reason)


@ledger.command("verify")
def ledger_verify() -> None:
    """逐条校验账本、树和签名；有出入时退出码为 1。

    Check every entry, the tree and the signed checkpoints; exit 1 when anything differs.
    """
    _run("ledger", "verify")()


@ledger.command("reconcile")
def ledger_reconcile() -> None:
    """把每行业务数据与其最后一条账目对照，指出不一致的行。

    Compare every business row with its last entry and name each that differs.
    """
    _run("ledger", "reconcile")()


@ledger.command("storage")
def ledger_storage() -> None:
    """核对存储：数据库文件的结构，留存的每个文件与其散列；有出入时退出码为 1。

    Check the structure of the database's file and every kept file against its hash; exit 1 when anything differs.
    """
    _run("ledger", "storage")()


@ledger.command("show")
def ledger_show(
    thing: Annotated[str, typer.Argument(metavar="OBJECT", help="对象编号（UUID）或“类型:编号”。 Id, or type:id.")],
) -> None:
    """用中文逐句讲出一个对象的经过。

    Tell the history of one object, sentence by sentence.
    """
    _run("ledger", "show")(thing)


@ledger.command("recover")
def ledger_recover() -> None:
    """数据库恢复到较早时刻以后：缺了哪些、谁已确认、怎样继续；不相符时退出码为 1。

    After the database was put back: what is missing, who has consented, how to go on; exit 1 unless all fits.
    """
    _run("ledger", "recover")()


@ledger.command("witness")
def ledger_witness(
    file: Annotated[Path, typer.Argument(help="证明（.hjproof）、另一处的 checkpoints.jsonl 或封存点文本。 A proof, or kept checkpoints.")],
) -> None:
    """把别处留存的封存点记到存证目录，供启动时比对。

    Remember checkpoints that were kept elsewhere; the ledger is held against them.
    """
    _run("ledger", "add_witness")(file)


@ledger.command("proof")
def ledger_proof(file: Annotated[Path, typer.Argument(help="证明文件（.hjproof）。 The proof.")]) -> None:
    """核验一份证明，并说明那一条现在还在不在账本里。

    Check a proof and say whether its entry still stands in the ledger, or in a stretch that was lost.
    """
    _run("ledger", "prove")(file)


@keys.command("show")
def keys_show() -> None:
    """列出用过的数据密钥，以及还有多少密文在旧密钥之下。

    List the data keys and how much still lies under an older one.
    """
    _run("keys", "show")()


@keys.command("rotate")
def keys_rotate(
    reason: Annotated[str, typer.Option(help="理由，记入账本。 Why; entered in the ledger.")] = "定期更换",
) -> None:
    """换一把新的数据密钥，并把全部密文换到它之下；使用中也可以换，中断了再运行一次。

    Pass to a new data key and seal everything anew, in small steps, while the pages go on; run again when broken off.
    """
    _run("keys", "rotate")(reason=reason)


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="备份文件或所在目录；不写则用 HENGJIAN_BACKUP_DIR。 File to write, or a folder for it.")
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="另把密钥存到此文件，请分开保管。 Keys, to be kept apart.")] = None,
) -> None:
    """备份数据库、证据文件和本地制度包（不含密钥），写完即核对。

    Back up database, evidence and local packs, without the keys, and read the archive again to prove it.
    """
    _run("backup", "backup")(target, keys)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="备份文件。 The archive.")],
    keys: Annotated[Path | None, typer.Option(help="密钥文件。 The keys kept apart.")] = None,
    check_only: Annotated[bool, typer.Option("--check-only", help="只核对备份，不恢复。 Only check.")] = False,
) -> None:
    """恢复到空的数据目录；逐个核对文件，有一处不符就不恢复。

    Restore into an empty data folder. Every hash is checked first; one that differs refuses the whole.
    """
    _run("restore", "restore")(archive, keys, check_only=check_only)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。 As JSON.")] = False,
) -> None:
    """体检：版本、数据库设置、字体、密钥、磁盘、未执行的变更、没有权限策略的网址。

    Examine the installation; exit 1 when something has to be mended.
    """
    _run("doctor", "doctor")(as_json=as_json)


@app.command()
def screen(
    package: Annotated[Path | None, typer.Argument(help="交换约定的数据包：目录或 zip。 Package: a folder or a zip.")] = None,
    out: Annotated[Path, typer.Option(help="结果目录。 Folder for the results.")] = Path("screening"),
    rules: Annotated[list[str] | None, typer.Option(help="只运行这些规则或类别（逗号分隔）。 Only these rules or families.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="参数：规则.参数=值，可写多次。 rule.name=value.")] = None,
    engine: Annotated[str, typer.Option(help="duckdb 或 spark。 duckdb or spark.")] = "duckdb",
    memory: Annotated[str | None, typer.Option(help="内存上限，例如 4GB。 Memory limit.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="线程数。 Threads.")] = None,
    again: Annotated[Path | None, typer.Option(help="按以前的结果目录重算并比对。 Run an earlier run again and compare.")] = None,
    staffing: Annotated[Path | None, typer.Option(help="核准类别的人员配备条件（CSV）。 Staffing an approval class asks for.")] = None,
) -> None:
    """风险筛查：核对数据包，运行规则，写出线索、工作簿和报告。线索不是结论。

    Screen a package of the exchange contract: findings.parquet, findings.xlsx, report.html, summary.json and faults.csv.
    Exit 0 whatever is found, 2 for a package that cannot be used.
    """
    _run("screen", "run_screen")(
        package,
        out=out,
        rules=tuple(rules or ()),
        params=tuple(param or ()),
        engine=engine,
        memory=memory,
        threads=threads,
        again=again,
        staffing=staffing,
    )
