<?php
// The front controller: every request that is not a file comes here.
declare(strict_types=1);

require __DIR__ . '/../src/autoload.php';

use Chat\App;

(new App(dirname(__DIR__)))->answer($_SERVER['REQUEST_METHOD'], strtok($_SERVER['REQUEST_URI'], '?'));
