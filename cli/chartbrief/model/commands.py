"""The sub-commands of `chartbrief model`, each in a module of its own."""

from __future__ import annotations

import typer

from chartbrief.model import cleanup, compare, deploy, distill, evaluate, package, pretrain, train

app = typer.Typer(
    name="model",
    help="Fine-tune, judge, package and deploy a summarizer.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

app.command("deploy", help=deploy.HELP)(deploy.deploy)
app.command("cleanup", help=cleanup.HELP)(cleanup.cleanup)
app.command("package", help=package.HELP)(package.package)
app.command("train", help=train.HELP)(train.train)
app.command("distill", help=distill.HELP)(distill.distill)
app.command("pretrain", help=pretrain.HELP)(pretrain.pretrain)
app.command("evaluate", help=evaluate.HELP)(evaluate.evaluate)
app.command("compare", help=compare.HELP)(compare.compare)
