from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"

    def ready(self) -> None:
        from kb import dependents
        from support import checks, impact  # noqa: F401  # registers them

        dependents.register(impact.Citing())
